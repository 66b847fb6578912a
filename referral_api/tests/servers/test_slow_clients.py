"""How long the server waits for a client. The tests move its clock and wait for nothing."""

from collections.abc import Iterator

import pytest

from backend.asgi.protocol import Part
from referral_api.tests.support.clocked_server import (
    KEEP_ALIVE_SECONDS,
    ClockedServer,
    Echo,
    clocked_server,
)
from referral_api.tests.support.raw_http import RawClient, head, raw_client
from referral_api.tests.support.waiting import wait_until

HEAD_SECONDS, BODY_SECONDS = 15, 30
HALF_HEAD = b"GET /api/v1/profile HTTP/1.1\r\nHost: localhost\r\n"
POST = head("POST /api/v1/auth/code", "Content-Length: 4")


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def server(echo: Echo) -> Iterator[ClockedServer]:
    with clocked_server(echo) as server:
        yield server


@pytest.fixture
def client(server: ClockedServer) -> Iterator[RawClient]:
    with raw_client(server.address) as client:
        yield client


def is_timed_out(client: RawClient) -> bool:
    refused = client.answer()
    assert refused.status == 408
    assert refused.headers["connection"] == "close"
    assert refused.json()["code"] == "request_timeout"
    return client.is_closed()


def test_a_connection_that_says_nothing_is_closed_without_an_answer(
    server: ClockedServer, client: RawClient
) -> None:
    server.wait_until_reads(Part.NONE)
    server.move(HEAD_SECONDS + 1)
    assert client.is_closed()


def test_a_head_has_fifteen_seconds_however_often_a_piece_of_it_comes(
    server: ClockedServer, client: RawClient
) -> None:
    client.send(HALF_HEAD)
    server.wait_until_reads(Part.HEAD, size=len(HALF_HEAD))
    server.move(HEAD_SECONDS - 5)
    client.send(b"X: y\r\n")
    server.wait_until_reads(Part.HEAD, size=len(HALF_HEAD) + 6)
    server.move(6)
    assert is_timed_out(client)


def test_a_head_within_its_time_is_answered(server: ClockedServer, client: RawClient) -> None:
    client.send(HALF_HEAD)
    server.wait_until_reads(Part.HEAD)
    server.move(HEAD_SECONDS / 2)
    assert client.ask(b"\r\n").status == 200


def test_the_next_request_of_a_connection_has_a_time_of_its_own(
    server: ClockedServer, client: RawClient
) -> None:
    assert client.ask(head("GET /")).status == 200
    server.move(HEAD_SECONDS * 2)  # idle
    client.send(HALF_HEAD)
    server.wait_until_reads(Part.HEAD)
    server.move(HEAD_SECONDS + 1)
    assert is_timed_out(client)


def test_empty_lines_keep_no_connection_open(server: ClockedServer, client: RawClient) -> None:
    assert client.ask(head("GET /")).status == 200
    client.send(b"\r\n")
    server.wait_until_reads(Part.HEAD)
    server.move(HEAD_SECONDS + 1)
    assert client.answer().status == 408
    assert client.is_closed()


def test_a_body_has_thirty_seconds(server: ClockedServer, client: RawClient) -> None:
    client.send(POST)
    server.wait_until_reads(Part.BODY)
    server.move(BODY_SECONDS - 5)
    client.send(b"a")
    server.move(6)
    assert is_timed_out(client)


def test_a_body_within_its_time_is_answered(server: ClockedServer, client: RawClient) -> None:
    client.send(POST)
    server.wait_until_reads(Part.BODY)
    server.move(BODY_SECONDS / 2)
    assert client.ask(b"body").json()["body"] == "body"


def test_our_own_answer_takes_as_long_as_it_takes(
    server: ClockedServer, client: RawClient, echo: Echo
) -> None:
    client.send(head("POST /slow", "Content-Length: 4"), b"body")
    wait_until(lambda: echo.waiting)
    server.move(BODY_SECONDS * 10)
    server.call(echo.may_answer.set)
    assert client.answer().json()["body"] == "body"


@pytest.mark.parametrize(
    ("begin", "end"), [(HALF_HEAD, b"\r\n"), (POST + b"bo", b"dy")], ids=["head", "body"]
)
def test_who_waits_for_an_answer_may_be_slow_with_the_next_request(
    server: ClockedServer, client: RawClient, echo: Echo, begin: bytes, end: bytes
) -> None:
    client.send(head("GET /slow") + begin)
    server.wait_until_reads(Part.BODY if begin.startswith(POST) else Part.HEAD)
    server.move(BODY_SECONDS * 10)
    server.call(echo.may_answer.set)
    assert client.answer().json()["path"] == "/slow"
    assert client.ask(end).status == 200


def test_an_idle_connection_stays_open_for_its_own_time(
    server: ClockedServer, client: RawClient
) -> None:
    assert client.ask(head("GET /")).status == 200
    server.move(KEEP_ALIVE_SECONDS - 10)
    assert client.ask(head("GET /")).status == 200
    server.move(KEEP_ALIVE_SECONDS + 1)
    assert client.is_closed()


def test_a_refused_client_that_does_not_leave_is_cut_off(
    server: ClockedServer, client: RawClient
) -> None:
    assert client.ask(b"GET / HTTP/1.1\r\n\r\n").status == 400
    assert client.is_closed()  # for reading
    server.move(3)
    server.wait_until_nobody_is_connected()
