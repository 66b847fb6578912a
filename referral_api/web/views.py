"""The pages: the way in, the share link, and the two readings of the API's document."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/page.html")


@require_safe
def share_link(request: HttpRequest, invite_code: str) -> HttpResponse:
    """Never looks the code up: it would tell anybody, without limit, which codes exist."""
    return redirect(f"/?{urlencode({'invite': invite_code})}")


@require_safe
def redoc(request: HttpRequest) -> HttpResponse:
    return render(request, "web/redoc.html")


@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    return render(request, "web/swagger.html")
