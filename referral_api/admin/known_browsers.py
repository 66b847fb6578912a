"""Browsers in which an account of staff has logged in before (OWASP's device cookies).

Each has an allowance of wrong passwords of its own. So strangers who spend theirs do not keep
staff out. The cookie opens nothing: the password is asked for as always.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

KNOWN_FOR = timedelta(days=400)  # browsers keep no cookie longer


def known_browser(request: HttpRequest, *, phone: str) -> str | None:
    """The id of the browser, if this account has logged in there; the phone is in the signature."""
    browser: str | None = request.get_signed_cookie(
        settings.STAFF_BROWSER_COOKIE_NAME, None, salt=salt_of(phone), max_age=KNOWN_FOR
    )
    return browser


def remember(request: HttpRequest, response: HttpResponse, *, phone: str) -> None:
    """A browser that is known keeps its id: a login does not refill its allowance."""
    browser = known_browser(request, phone=phone) or secrets.token_hex(16)
    response.set_signed_cookie(
        settings.STAFF_BROWSER_COOKIE_NAME,
        browser,
        salt=salt_of(phone),
        max_age=KNOWN_FOR,
        path=reverse("admin:index"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def salt_of(phone: str) -> str:
    return f"staff browser:{phone}"
