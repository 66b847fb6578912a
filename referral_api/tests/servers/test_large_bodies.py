"""A body that is too large is refused. So is that of a client which sends all before it reads."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from backend.asgi import application_on
from backend.asgi.body_limit import SECONDS_TO_DRAIN
from backend.asgi.database_units import DatabaseUnits
from backend.asgi.interface import ASGIApp, Receive, Scope, Send
from backend.asgi.page_threads import PageThreads
from referral_api.tests.support.clocked_server import ClockedServer, clocked_server
from referral_api.tests.support.raw_http import RawClient, head, raw_client
from referral_api.tests.support.waiting import wait_until

MIB = 1024 * 1024
API = "POST /api/v1/auth/code"
PAGE = "POST /admin/login/"
JSON = "Content-Type: application/json"
FORM = "Content-Type: application/x-www-form-urlencoded"
CSRF = "Cookie: csrftoken=" + "a" * 32  # Django then looks into the form
LIVEZ = head("GET /livez")


class Counted:
    """An application, and how many bytes of bodies it has read."""

    def __init__(self, application: ASGIApp) -> None:
        self.application = application
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> Mapping[str, Any]:
            message = await receive()
            self.size += len(message.get("body", b""))
            return message

        await self.application(scope, counted, send)


@pytest.fixture
def application() -> Counted:
    return Counted(application_on(PageThreads(1, 60), DatabaseUnits(1, 60)))


@pytest.fixture
def server(application: Counted) -> Iterator[ClockedServer]:
    with clocked_server(application) as server:
        yield server


@pytest.fixture
def client(server: ClockedServer) -> Iterator[RawClient]:
    with raw_client(server.address) as client:
        yield client


def too_large(line: str, size: int, *fields: str) -> bytes:
    media_type = JSON if line == API else FORM
    return head(line, media_type, CSRF, f"Content-Length: {size}", *fields) + b"a" * size


def test_a_client_that_writes_all_before_it_reads_gets_its_answer(client: RawClient) -> None:
    for line in (API, PAGE):
        for size in (MIB, 15 * MIB):
            assert client.ask(too_large(line, size)).status == 413
            assert client.ask(LIVEZ).status == 200  # the connection is still in step


@pytest.mark.parametrize("line", [API, PAGE])
def test_one_that_wants_the_connection_closed_gets_it_too(client: RawClient, line: str) -> None:
    assert client.ask(too_large(line, 5 * MIB, "Connection: close")).status == 413
    assert client.is_closed()


def test_a_body_of_17_kib_is_too_large_for_the_api_and_fits_a_page(client: RawClient) -> None:
    assert client.ask(too_large(API, 17 * 1024)).status == 413
    assert client.ask(too_large(PAGE, 17 * 1024)).status == 403


def test_a_client_that_asks_before_it_sends_is_refused_at_once(client: RawClient) -> None:
    request = head(API, JSON, "Expect: 100-continue", f"Content-Length: {17 * 1024}")
    refused = client.ask(request)
    assert refused.json()["code"] == "payload_too_large"
    assert client.is_closed()


def test_a_client_that_stops_writing_is_answered_all_the_same(
    client: RawClient, server: ClockedServer, application: Counted
) -> None:
    client.send(head(API, JSON, f"Content-Length: {5 * MIB}") + b"a" * MIB)
    wait_until(lambda: application.size == MIB)
    server.move(SECONDS_TO_DRAIN + 1)
    refused = client.answer()
    assert refused.status == 413
    assert refused.headers["connection"] == "close"
    assert client.is_closed()


def test_a_body_without_end_is_not_read_without_end(client: RawClient) -> None:
    client.send(head(API, JSON, "Transfer-Encoding: chunked"))
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 100 * MIB:
            client.send(chunk)
            sent += len(chunk)
    assert sent < 100 * MIB
