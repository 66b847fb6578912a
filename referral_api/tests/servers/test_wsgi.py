"""WSGI has the same two stacks: each answer has the status, the headers and the body of ASGI."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from backend.wsgi import application
from referral_api.tests.support.asgi_client import ASGIClient

pytestmark = pytest.mark.django_db
PATHS = [
    "/livez",
    "/readyz",
    "/api/v1",
    "/api/v1/nothing",
    "/api/v1/profile",
    "/api/v1/auth/code",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/",
    "/i/K7M2PX",
    "/nothing",
]


@pytest.fixture(autouse=True)
def _the_connection_stays() -> Iterator[None]:
    """Django's handlers close a connection in a transaction, such as that of a test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def answer_of_wsgi(method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        started.extend([status, headers])

    send = getattr(RequestFactory(), method)
    request = send(path, headers={"Accept-Language": "ru"})
    body = b"".join(application(request.environ, start_response))
    status, headers = started
    return int(status.partition(" ")[0]), dict(headers), body


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("path", PATHS)
def test_wsgi_answers_as_asgi(method: str, path: str) -> None:
    by_asgi = getattr(ASGIClient(), method)(path, headers={"Accept-Language": "ru"})
    expected = (by_asgi.status_code, dict(by_asgi.headers), by_asgi.content)
    assert answer_of_wsgi(method, path) == expected
