"""The page, the share link and its QR code."""

import re
from io import BytesIO
from pathlib import Path

import phonenumbers
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from referral_api.formats import INVITE_CODE_PATTERN
from referral_api.web.texts import FIELDS, SENTENCES

SCRIPTS = Path(__file__).parent / "static/web"
DOCS_SCRIPTS = {"redoc.js", "swagger.js"}
MODULES = sorted({path.name for path in SCRIPTS.glob("*.js")} - DOCS_SCRIPTS)


@require_safe
@cache_control(private=True, no_cache=True)
@vary_on_headers("Cookie")  # the language chosen on the page
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "languages": [code for code, _name in settings.LANGUAGES],
        "modules": MODULES,  # fetched all at once
        "texts": {"sentences": SENTENCES, "fields": FIELDS},
        "example_phone": example_phone(),
    }
    return render(request, "web/page.html", context)


def example_phone() -> str:
    """A mobile number of the default region, grouped; empty where libphonenumber knows none."""
    region = settings.PHONE_DEFAULT_REGION
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    if example is None:
        return ""
    return phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)


@require_safe
def share_link(request: HttpRequest, invite_code: str) -> HttpResponse:
    """Never looks the code up: it would tell anybody, without limit, which codes exist."""
    return redirect(f"/?{urlencode({'invite': invite_code})}")


@require_safe
@cache_control(public=True, max_age=86_400)
def qr(request: HttpRequest, invite_code: str) -> HttpResponse:
    """The share link as a picture. Every well-formed code has one, so that none is looked up."""
    import segno  # not with the others: few servers are ever asked for a picture

    if not re.fullmatch(INVITE_CODE_PATTERN, invite_code):
        raise Http404
    svg = BytesIO()
    link = settings.PUBLIC_URL + reverse("share-link", args=[invite_code])
    segno.make_qr(link, error="m").save(
        svg, kind="svg", border=4, light="#fff", xmldecl=False, omitsize=True
    )
    return HttpResponse(svg.getvalue(), content_type="image/svg+xml")
