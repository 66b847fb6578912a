"""Pages in the place of Django's bare "Bad Request" and "Forbidden", which say what to do."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from referral_api.errors import MalformedRequest

SENT_IN_CLEAR = _(
    "The service was asked over http://, though PUBLIC_URL is https://. Its operator sets "
    "TRUSTED_PROXIES to the number of the reverse proxies; the last one must send "
    "X-Forwarded-Proto."
)
FROM_ELSEWHERE = _(
    "The form came from another origin. If it is the address of this service, its operator adds "
    "it to CSRF_TRUSTED_ORIGINS."
)
TOO_OLD = _(
    "The form is too old, or the browser keeps no cookies. Go back, reload the page and try again."
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Of urls.py; with DEBUG on, Django shows a page of its own."""
    if not isinstance(exception, DisallowedHost):
        return defaults.bad_request(request, exception)
    refusal = MalformedRequest.for_host()
    return refused(refusal.title, refusal.detail, status=refusal.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW. `reason` is Django's, in English, and names no setting of ours."""
    sentence = TOO_OLD
    if settings.PUBLIC_URL.startswith("https://") and not request.is_secure():
        sentence = SENT_IN_CLEAR
    elif reason.startswith("Origin checking failed"):
        sentence = FROM_ELSEWHERE
    return refused(_("The form was not accepted"), sentence, status=403)


def refused(title: str | Promise, sentence: str | Promise, *, status: int) -> HttpResponse:
    page = render_to_string("web/refused.html", {"title": title, "sentence": sentence})
    return HttpResponse(page, status=status)
