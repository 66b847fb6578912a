"""The API's handler leaves out much of Django's own: what comes out must be the same."""

import asyncio

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started

from backend.api_stack import APIStack
from backend.asgi.api_handler import APIHandler
from referral_api.tests.support.asgi import Message, exchange


class WholeHandler(APIStack, ASGIHandler):
    """Django's own, with the same middleware."""


REQUESTS = {
    "a probe": ("GET", "/livez", {}, b""),
    "no token": ("GET", "/api/v1/profile", {}, b""),
    "a wrong token": ("GET", "/api/v1/profile", {"authorization": "Bearer x"}, b""),
    "no such address": ("GET", "/api/v1/nothing", {"accept-language": "ru"}, b""),
    "a wrong method": ("PUT", "/api/v1/auth/code", {}, b"{}"),
    "not JSON": ("POST", "/api/v1/auth/code", {}, b"{"),
    "a wrong phone": ("POST", "/api/v1/auth/code", {"accept-language": "ru"}, b'{"phone": "12"}'),
    "a foreign host": ("GET", "/api/v1/profile", {"host": "example.org"}, b""),
    "the document": ("GET", "/api/v1/openapi.json", {}, b""),
}


def answer(
    handler: ASGIHandler, method: str, path: str, headers: dict[str, str], body: bytes
) -> list[Message]:
    given = {
        "host": "localhost",
        "content-type": "application/json",
        "content-length": str(len(body)),
        **headers,
    }
    encoded = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"method": method, "path": path, "headers": encoded}
    return asyncio.run(exchange(handler, scope, {"type": "http.request", "body": body}))


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_the_short_way_answers_as_djangos_own(
    request_: tuple[str, str, dict[str, str], bytes],
) -> None:
    short, whole = answer(APIHandler(), *request_), answer(WholeHandler(), *request_)
    assert short[0] == whole[0]
    assert body_of(short) == body_of(whole)
    assert [part["more_body"] for part in short[1:]] == [False]


def body_of(answer: list[Message]) -> bytes:
    """Django sends pieces of 64 KiB."""
    return b"".join(part["body"] for part in answer[1:])


def test_it_sends_no_signal_whose_receivers_hop_between_threads() -> None:
    sent: list[object] = []

    def note(**signal: object) -> None:
        sent.append(signal)

    request_started.connect(note)
    try:
        answer(APIHandler(), "GET", "/livez", {}, b"")
        assert sent == []
    finally:
        assert request_started.disconnect(note)


def test_a_client_that_leaves_before_its_body_came_gets_nothing() -> None:
    scope = {"method": "POST", "path": "/api/v1/auth/code"}
    assert asyncio.run(exchange(APIHandler(), scope, {"type": "http.disconnect"})) == []
