"""Django's settings, each derived from the typed environment (env.py)."""

import hashlib
import hmac
import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from backend.database_url import read_database_url
from backend.env import Env, explain
from backend.paths import API
from backend.security_headers import add_to_static_file

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    ENV = Env()
except ValidationError as error:
    raise ImproperlyConfigured(explain(error)) from None  # the cause would print the input

if sys.flags.optimize > 1:
    raise ImproperlyConfigured(
        "PYTHONOPTIMIZE=2 (python -OO) takes the texts away that the API's document is made of: "
        "use 1, or leave it out."
    )


def derived(purpose: str) -> bytes:
    """A key of its own for each purpose, so that none can be used in another's place."""
    return hmac.digest(ENV.SECRET_KEY.get_secret_value().encode(), purpose.encode(), hashlib.sha256)


DEBUG = ENV.DEBUG
SECRET_KEY = ENV.SECRET_KEY.get_secret_value()
ALLOWED_HOSTS = list(ENV.ALLOWED_HOSTS)
CSRF_TRUSTED_ORIGINS = list(ENV.CSRF_TRUSTED_ORIGINS)
CORS_ALLOW_ALL_ORIGINS = "*" in ENV.CORS_ALLOWED_ORIGINS
CORS_ALLOWED_ORIGINS = [origin for origin in ENV.CORS_ALLOWED_ORIGINS if origin != "*"]
CORS_URLS_REGEX = f"^{API}"
CORS_EXPOSE_HEADERS = ["Retry-After", "Content-Language", "WWW-Authenticate"]

# The server (server.py, asgi/).
ADMIN_ENABLED = ENV.ADMIN_ENABLED
HOST = ENV.HOST
PORT = ENV.PORT
WEB_CONCURRENCY = ENV.WEB_CONCURRENCY
KEEP_ALIVE_SECONDS = ENV.KEEP_ALIVE_SECONDS
PRUNE_SECONDS = ENV.PRUNE_SECONDS
DATABASE_CONNECTIONS = ENV.DATABASE_CONNECTIONS
DATABASE_WAIT_SECONDS = ENV.DATABASE_WAIT_SECONDS

ROOT_URLCONF = "backend.urls"
ASGI_APPLICATION = "backend.asgi.application"
WSGI_APPLICATION = "backend.wsgi.application"
INSTALLED_APPS = [
    "backend",  # first: Django takes a command from the first app that has it
    "referral_api.admin.apps.StaffAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework.authtoken",
    "corsheaders",
    "csp",
    "ninja",
    "referral_api",
]
# For the pages. A static file is answered first, and needs no thread.
MIDDLEWARE = [
    "servestatic.middleware.ServeStaticMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "backend.middleware.PageSizeMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "backend.middleware.DatabaseAwayMiddleware",
]
# For the API and the probes (api_stack.py): each of Django's own costs a request two hops between
# threads, and none of them does anything for a client without cookies.
API_MIDDLEWARE = ["backend.middleware.ProblemMiddleware"]
if ENV.CORS_ALLOWED_ORIGINS:
    API_MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "referral_api/web/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Of libpq. Where packets are dropped on the way, TCP alone would try for 15 minutes. Commands have
# these bounds too, the server has its own as well (database_waits.py). PgBouncer never sees them.
DATABASE_OPTIONS = {
    "connect_timeout": 5,  # seconds for each address of the host
    "tcp_user_timeout": 5_000,  # milliseconds in which the other side acknowledges what was sent
    "keepalives": 1,
    "keepalives_idle": 10,  # seconds until it is asked whether it is still there
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
_database: dict[str, Any]
if ENV.DATABASE_URL is None:
    _database = {
        "ENGINE": "backend.embedded_postgres",
        "NAME": "referral_api",
        "OPTIONS": {"data_dir": str(BASE_DIR / ".postgres")},
    }
else:
    _database = read_database_url(ENV.DATABASE_URL.get_secret_value())
    _database["OPTIONS"] = DATABASE_OPTIONS | _database.get("OPTIONS", {})
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": None,  # the threads of backend/asgi/ stay, and so do their connections
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # PgBouncer in transaction mode
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "referral_api.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "referral_api/locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "build/static"
STATICFILES_DIRS = [BASE_DIR / "referral_api/web/static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "backend.static_files.AppFinder",
]
SERVESTATIC_USE_FINDERS = True  # no collectstatic step
SERVESTATIC_AUTOREFRESH = DEBUG
SERVESTATIC_ADD_HEADERS_FUNCTION = add_to_static_file

DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # bytes, of a page's form
API_MAX_BODY_BYTES = 16 * 1024  # the largest honest body is a refresh token
APPEND_SLASH = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENV.TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = ENV.redirects_to_https
SECURE_HSTS_SECONDS = 31_536_000 if ENV.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.HSTS_INCLUDE_SUBDOMAINS
SECURE_HSTS_PRELOAD = ENV.HSTS_PRELOAD
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.is_https
if ENV.is_https:
    # A browser takes a cookie of such a name from this very host alone, and over https:// alone.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "referral_api.web.refusals.csrf_failure"
# The sessions of staff in the admin; the API has its own.
SESSION_COOKIE_AGE = 8 * 60 * 60  # seconds, from the last request on
SESSION_ENGINE = "backend.staff_sessions"
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DEFAULT_EXCEPTION_REPORTER_FILTER = "backend.debug_page.HidesSecrets"
STAFF_BROWSER_COOKIE_NAME = "__Secure-staff_browser" if ENV.is_https else "staff_browser"
LOGIN_REDIRECT_URL = "admin:index"  # only staff log in by a page of Django's
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"short_line": {"()": "backend.logs.ShortLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A refusal is an answer, not news.
        "django.request": {"level": "WARNING" if DEBUG else "ERROR"},
        "django.security.DisallowedHost": {"filters": ["short_line"]},
        # They would log full phone numbers, addresses with keys in them, and headers.
        "apprise": {"handlers": [], "level": "CRITICAL"},
        "httpx": {"handlers": [], "level": "CRITICAL"},
        "httpcore": {"handlers": [], "level": "CRITICAL"},
    },
}

# The domain's own settings.
OTP_PEPPER = derived("one-time code pepper")
if ENV.OTP_PEPPER is not None:
    OTP_PEPPER = ENV.OTP_PEPPER.get_secret_value().encode()
OTP_LENGTH = ENV.OTP_LENGTH
OTP_TTL = timedelta(seconds=ENV.OTP_TTL_SECONDS)
OTP_RESEND = timedelta(seconds=ENV.OTP_RESEND_SECONDS)
OTP_TRIES = ENV.OTP_TRIES
OTP_LENGTH_GROWTH = ENV.OTP_LENGTH_GROWTH.steps
OTP_GROWTH_DAYS = 183
OTP_REQUIRE_REQUEST_ID = ENV.OTP_REQUIRE_REQUEST_ID
SMS_SENDERS = ENV.sms_senders
SMS_WEBHOOK_SECRET = ENV.webhook_secret
# Seconds for a connection, for an answer, and for all senders together.
SMS_BOUNDS = (3.0, float(ENV.SMS_ANSWER_SECONDS), ENV.SMS_ANSWER_SECONDS + 7.0)
SMS_ALARM = ENV.sms_alarm
SMS_DELAY = (ENV.SMS_DELAY_MIN, ENV.SMS_DELAY_MAX)
SMS_SHOW_CODE = ENV.shows_codes
SERVICE_NAME = ENV.SERVICE_NAME
SMS_TEXTS = {"en": ENV.SMS_TEXT_EN, "ru": ENV.SMS_TEXT_RU}  # empty: that of the catalogue
SMS_ANDROID_HASH = ENV.SMS_ANDROID_HASH
TEST_PHONES = ENV.test_phones
PHONE_DEFAULT_REGION = ENV.PHONE_DEFAULT_REGION
PHONE_REGIONS = frozenset(ENV.PHONE_REGIONS)
PHONE_KINDS = frozenset(ENV.PHONE_KINDS)
INVITED_PHONES = ENV.INVITED_PHONES
PUBLIC_URL = ENV.resolved_public_url
SECURITY_LOG = not DEBUG if ENV.SECURITY_LOG is None else ENV.SECURITY_LOG
LIMIT_SMS_PER_PHONE = ENV.LIMIT_SMS_PER_PHONE
LIMIT_SMS_PER_PHONE_AND_IP = ENV.LIMIT_SMS_PER_PHONE_AND_IP
LIMIT_SMS_PER_DEVICE = ENV.LIMIT_SMS_PER_DEVICE
LIMIT_CODES_PER_TEST_PHONE = ENV.LIMIT_CODES_PER_TEST_PHONE
LIMIT_SMS_PER_IP = ENV.LIMIT_SMS_PER_IP
LIMIT_SMS_PER_DAY = ENV.LIMIT_SMS_PER_DAY
SMS_STRANGERS_PERCENT = ENV.SMS_STRANGERS_PERCENT
LIMIT_WRONG_LOGINS_PER_IP = ENV.LIMIT_WRONG_LOGINS_PER_IP
LIMIT_STAFF_LOGINS_PER_ACCOUNT = ENV.LIMIT_STAFF_LOGINS_PER_ACCOUNT
LIMIT_WRONG_INVITES_PER_USER = ENV.LIMIT_WRONG_INVITES_PER_USER
SUBJECT_KEY = derived("keyed hashes of phones and networks")
DEVICE_TOKEN_KEY = derived("device tokens")
DEVICE_TOKEN_LIFETIME = timedelta(days=400)
TRUSTED_PROXIES = ENV.TRUSTED_PROXIES
TRUSTED_PROXY_NETWORKS = [ip_network(network) for network in ENV.TRUSTED_PROXY_NETWORKS]
REFRESH_TOKEN_TTL = timedelta(seconds=ENV.REFRESH_TOKEN_SECONDS)
SESSION_MAX = timedelta(seconds=ENV.SESSION_MAX_SECONDS)
REFRESH_REUSE_GRACE = timedelta(seconds=30)
CLOCK_LEEWAY = timedelta(seconds=30)  # between the clocks of two replicas

# All fields are named: the package reads a missing one from a variable of the environment, without
# a prefix (`ISSUER`, `LEEWAY`), which may mean something else there.
NINJA_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=ENV.ACCESS_TOKEN_SECONDS),
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_TTL,
    "ROTATE_REFRESH_TOKENS": False,  # services/sessions.py rotates
    "BLACKLIST_AFTER_ROTATION": False,
    "UPDATE_LAST_LOGIN": False,
    "ALGORITHM": "HS256",
    "SIGNING_KEY": derived("access and refresh tokens").hex(),
    "VERIFYING_KEY": "",
    "AUDIENCE": None,
    "ISSUER": None,
    "JWK_URL": None,
    "LEEWAY": CLOCK_LEEWAY,
    "USER_ID_FIELD": "id",
    "USER_ID_CLAIM": "user_id",
    "USER_AUTHENTICATION_RULE": "ninja_jwt.authentication.default_user_authentication_rule",
    "TOKEN_USER_CLASS": "ninja_jwt.models.TokenUser",
    "AUTH_TOKEN_CLASSES": ["ninja_jwt.tokens.AccessToken"],
    "JSON_ENCODER": None,
    "TOKEN_TYPE_CLAIM": "token_type",
    "JTI_CLAIM": "jti",
}
