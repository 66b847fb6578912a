"""Exception → Problem: the one mapping, for the wire and for the documents."""

import logging
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import orjson
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from referral_api.errors import (
    MOST_FIELD_ERRORS,
    FieldError,
    HttpsRequired,
    InternalError,
    InvalidRequest,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    Refusal,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from referral_api.field_errors import field_error
from schemas.problem import Problem

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

# The first line that fits an exception holds.
REFUSAL_OF_EXCEPTION: tuple[tuple[type[Exception], Callable[[], Refusal]], ...] = (
    (AuthenticationError, Unauthenticated),
    (RequestDataTooBig, PayloadTooLarge),
    (OperationalError, Unavailable),
    (InterfaceError, Unavailable),
    (Http404, NotFound),
    (HttpError, MalformedRequest),  # Ninja's own, for a body that is not JSON
    (DisallowedHost, MalformedRequest.for_host),
)
REFUSAL_OF_STATUS: dict[int, type[Refusal]] = {
    400: MalformedRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
    503: Unavailable,
}
# What every operation may answer beside the refusals that its view names.
COMMON: tuple[type[Refusal], ...] = (
    MalformedRequest,
    HttpsRequired,
    InvalidRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
    InternalError,
    Unavailable,
)


def refusal_of(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HttpError) and isinstance(error.__cause__, Refusal):
        return error.__cause__  # Ninja wraps what its parser raises
    if isinstance(error, TooManyFieldsSent):
        message = _("There are too many parameters.")
        return InvalidRequest(errors=[FieldError(pointer="#", message=message)])
    if isinstance(error, ValidationError):
        told = error.errors[:MOST_FIELD_ERRORS]
        return InvalidRequest(errors=[field_error(entry) for entry in told])
    for kind, refusal in REFUSAL_OF_EXCEPTION:
        if isinstance(error, kind):
            return refusal()
    return InternalError()


def response_to(request: HttpRequest, error: Exception) -> HttpResponse:
    """The Problem in the language that the middleware made active.

    What is our own fault goes to the log.
    """
    refusal = refusal_of(error)
    if refusal.status in {500, 503}:
        logger.error("%s: %s", refusal.code, type(error).__name__, exc_info=error)
    body = Problem.model_validate(refusal).model_dump(mode="json")
    response = HttpResponse(orjson.dumps(body), status=refusal.status, content_type=MEDIA_TYPE)
    if isinstance(refusal, Unauthenticated):
        response["WWW-Authenticate"] = 'Bearer realm="referral-api", Token realm="referral-api"'
    if isinstance(refusal, UnsupportedMediaType):
        response["Accept"] = "application/json"  # RFC 9110 §15.5.16
    if isinstance(refusal, TooManyRequests | Unavailable):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def problems(*refusals: type[Refusal]) -> dict[int, Any]:
    """For `response=` of a view: each status with a Problem, and each refusal as its example."""
    by_status: dict[int, list[dict[str, Any]]] = {}
    with translation.override("en"):
        for refusal in refusals + COMMON:
            example = Problem.model_validate(refusal.example()).model_dump(mode="json")
            by_status.setdefault(refusal.status, []).append(example)
    return {
        status: Annotated[Problem, Field(examples=examples)]
        for status, examples in sorted(by_status.items())
    }


def success(status: int, meaning: str, *, show: Sequence[str] = ()) -> dict[str, Any]:
    """For `openapi_extra=` of a view: what its success means, for the client's developer.

    The document shows the examples of the body's class; `show` names those that fit this view.
    """
    return {"responses": {status: {"description": meaning, "x-show": list(show)}}}
