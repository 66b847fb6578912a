"""The pages: the way in, the share link and its QR code, and the two readings of the API's document."""

import re
from io import BytesIO

import segno
from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from referral_api.formats import INVITE_CODE_PATTERN
from referral_api.web.texts import TEXTS

MODULES = [
    f"web/{name}.js" for name in ("api", "dom", "login", "profile", "store", "text")
]  # fetched all at once
# Both build their styles while they run; their scripts stay our own files.
docs_styles = csp_update({"style-src": [UNSAFE_INLINE]})


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("Cookie")  # the language chosen on the page
def page(request: HttpRequest) -> HttpResponse:
    languages = [code for code, _name in settings.LANGUAGES]
    return render(
        request, "web/page.html", {"languages": languages, "modules": MODULES, "texts": TEXTS}
    )


@require_safe
def share_link(request: HttpRequest, invite_code: str) -> HttpResponse:
    """Never looks the code up: it would tell anybody, without limit, which codes exist."""
    return redirect(f"/?{urlencode({'invite': invite_code})}")


@require_safe
@cache_control(public=True, max_age=86_400)
def qr(request: HttpRequest, invite_code: str) -> HttpResponse:
    """The share link as a picture. It never looks the code up either: every well-formed code has one."""
    if not re.fullmatch(INVITE_CODE_PATTERN, invite_code):
        raise Http404
    svg = BytesIO()
    link = settings.PUBLIC_URL + reverse("share-link", args=[invite_code])
    segno.make_qr(link, error="m").save(
        svg, kind="svg", border=4, light="#fff", xmldecl=False, omitsize=True
    )
    return HttpResponse(svg.getvalue(), content_type="image/svg+xml")


@require_safe
@docs_styles
def redoc(request: HttpRequest) -> HttpResponse:
    return render(request, "web/redoc.html")


@require_safe
@docs_styles
def swagger(request: HttpRequest) -> HttpResponse:
    return render(request, "web/swagger.html")
