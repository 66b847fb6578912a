from django.conf import settings
from django.contrib import admin
from django.urls import path

from backend.api import api
from backend.health import livez, readyz
from backend.paths import ADMIN, API_V1, LIVEZ, READYZ, REDOC, SWAGGER, as_route
from referral_api.web import docs, views

handler400 = "referral_api.web.refusals.bad_request"
urlpatterns = [
    path(as_route(LIVEZ), livez, name="livez"),
    path(as_route(READYZ), readyz, name="readyz"),
    path(as_route(REDOC), docs.redoc, name="redoc"),
    path(as_route(SWAGGER), docs.swagger, name="swagger"),
    path(as_route(API_V1), api.urls),
    path("", views.page, name="page"),
    path("i/<str:invite_code>", views.share_link, name="share-link"),
    path("i/<str:invite_code>/qr.svg", views.qr, name="qr"),
]
if settings.ADMIN_ENABLED:
    urlpatterns.append(path(as_route(ADMIN), admin.site.urls))
