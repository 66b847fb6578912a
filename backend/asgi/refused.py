"""What the server answers by itself to a request that never reaches the application."""

from http import HTTPStatus

import orjson
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backend.paths import is_page
from referral_api.errors import MalformedRequest, Refusal
from referral_api.problems import MEDIA_TYPE
from schemas.problem import Problem

Headers = list[tuple[bytes, bytes]]


def malformed_http() -> MalformedRequest:
    """For bytes that are no request of HTTP/1.1 (RFC 9112)."""
    refusal = MalformedRequest()
    refusal.detail = _("This is not a valid HTTP request.")
    return refusal


def answer_to(refusal: Refusal, url: bytes, headers: Headers) -> bytes:
    """The whole answer, in English: a head that is refused names no language.

    `url` is as much as came of it: the API and the probes get a Problem, pages a sentence.
    `headers` are those that the server gives every answer.
    """
    with translation.override("en"):
        problem = Problem.model_validate(refusal)
    media_type = MEDIA_TYPE
    body = orjson.dumps(problem.model_dump(mode="json"))
    path = url.partition(b"?")[0].decode("latin-1")
    if is_page(path):
        media_type = "text/plain; charset=utf-8"
        body = f"{problem.title}\n".encode()
    lines = [
        f"HTTP/1.1 {refusal.status} {HTTPStatus(refusal.status).phrase}",
        f"content-type: {media_type}",
        f"content-length: {len(body)}",
        "content-language: en",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "connection: close",
    ]
    for name, value in headers:
        lines.append(f"{name.decode()}: {value.decode()}")
    return "\r\n".join([*lines, "", ""]).encode() + body
