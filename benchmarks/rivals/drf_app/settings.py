"""Django REST framework as a careful project sets it up: no middleware to spare, and connections that stay open."""

import dj_database_url

from benchmarks.rivals.common import ACCESS_TTL, DATABASE_URL, REFRESH_TTL, SIGNING_KEY

SECRET_KEY = SIGNING_KEY
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.rivals.drf_app.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework_simplejwt",
    "referral_api",  # for its models: the tables are the same
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
DATABASES = {"default": {**dj_database_url.parse(DATABASE_URL), "CONN_MAX_AGE": None}}
AUTH_USER_MODEL = "referral_api.User"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
SIMPLE_JWT = {
    "SIGNING_KEY": SIGNING_KEY,
    "ALGORITHM": "HS256",
    "ACCESS_TOKEN_LIFETIME": ACCESS_TTL,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TTL,
}
