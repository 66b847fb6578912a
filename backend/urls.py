from django.contrib import admin
from django.urls import path

from backend.api import api
from backend.health import livez, readyz
from referral_api.web import docs, views

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/redoc", docs.redoc, name="redoc"),
    path("api/v1/docs", docs.swagger, name="swagger"),
    path("api/v1/", api.urls),
    path("", views.page, name="page"),
    path("i/<str:invite_code>", views.share_link, name="share-link"),
    path("i/<str:invite_code>/qr.svg", views.qr, name="qr"),
    path("admin/", admin.site.urls),
]
