"""The one table: exception → Problem, for the wire and for the documents."""

import logging
import math
from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from referral_api.errors import (
    InternalError,
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from schemas.problem import Problem

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

# The first line that fits an exception holds.
TABLE: tuple[tuple[type[Exception], type[Refusal]], ...] = (
    (AuthenticationError, Unauthenticated),
    (RequestDataTooBig, PayloadTooLarge),
    (OperationalError, Unavailable),
    (InterfaceError, Unavailable),
    (Http404, NotFound),
    (HttpError, MalformedRequest),  # Ninja's own, for a body that is not JSON
    (DisallowedHost, MalformedRequest),
)
OF_STATUS = {
    400: MalformedRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: PayloadTooLarge,
    503: Unavailable,
}

FIELD_MESSAGES: dict[str, str | Promise] = {
    "missing": _("This field is required."),
    "extra_forbidden": _("This field is not known."),
    "string_type": _("This must be a text."),
    "string_unicode": _("This text has a character that is not allowed."),
    "string_pattern_mismatch": _("This does not have the right form."),
    "string_too_short": _("This is too short."),
    "string_too_long": _("This is too long: %(max_length)d characters at most."),
    "int_parsing": _("This must be a whole number."),
    "int_type": _("This must be a whole number."),
    "greater_than_equal": _("This must be %(ge)d or more."),
    "less_than_equal": _("This must be %(le)d or less."),
    "uuid_parsing": _("This must be a UUID."),
    "uuid_type": _("This must be a UUID."),
    "model_attributes_type": _("The body must be a JSON object."),
}


def refusal_of(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ValidationError):
        return InvalidRequest(errors=[_field_problem(e) for e in error.errors])
    for kind, refusal in TABLE:
        if isinstance(error, kind):
            return refusal()
    return InternalError()


def response_to(request: HttpRequest, error: Exception) -> HttpResponse:
    """The Problem in the language that the middleware made active; what is our own fault goes to the log."""
    refusal = refusal_of(error)
    if refusal.status in {500, 503}:
        logger.error("%s: %s", refusal.code, type(error).__name__, exc_info=error)
    body = Problem.of(refusal).model_dump(mode="json")
    response = HttpResponse(orjson.dumps(body), status=refusal.status, content_type=MEDIA_TYPE)
    if isinstance(refusal, Unauthenticated):
        response["WWW-Authenticate"] = 'Bearer realm="referral-api", Token realm="referral-api"'
    if "retry_after" in refusal.members:
        response["Retry-After"] = str(math.ceil(refusal.members["retry_after"]))
    return response


def language_of(request: HttpRequest) -> str:
    """By Accept-Language alone: an API has no cookies."""
    for language, quality in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        try:
            if quality > 0:
                return get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def problems(*errors: type[Refusal]) -> dict[int, Any]:
    """For `response=`: each status with a Problem, and the body of each refusal as its example."""
    every: tuple[type[Refusal], ...] = (
        *errors,
        MalformedRequest,
        InvalidRequest,
        PayloadTooLarge,
        InternalError,
        Unavailable,
    )
    return {
        status: Annotated[
            Problem, Field(examples=_examples(e for e in every if e.status == status))
        ]
        for status in sorted({e.status for e in every})
    }


def _examples(errors: Iterable[type[Refusal]]) -> list[dict[str, Any]]:
    with translation.override("en"):
        return [
            Problem.of(error(**EXAMPLE_MEMBERS.get(error.code, {}))).model_dump(mode="json")
            for error in errors
        ]


EXAMPLE_MEMBERS: dict[str, dict[str, Any]] = {
    "code_invalid": {"attempts_left": 2},
    "invite_already_activated": {"activated_invite_code": "K7M2PX"},
    "invalid_request": {
        "errors": [{"pointer": "#/phone", "message": "This is not a valid phone number."}]
    },
    "too_many_requests": {"retry_after": 37},
}


def _field_problem(error: dict[str, Any]) -> dict[str, Any]:
    """Ninja names the field ("body", "data", field) and a parameter ("query", field)."""
    source, *path = error["loc"]
    path = path[1:] if source == "body" else path
    template = FIELD_MESSAGES.get(error["type"])
    message = (
        template % error.get("ctx", {}) if template else translation.gettext_lazy(error["msg"])
    )
    return {
        "pointer": "#" + "".join(f"/{_escaped(str(part))}" for part in path),
        "message": message,
    }


def _escaped(part: str) -> str:
    """As RFC 6901 has it in a URI fragment (§3, §6)."""
    return quote(
        part.replace("~", "~0").replace("/", "~1"), safe="~!$&'()*+,;=:@?", errors="replace"
    )
