"""Fields behind a chunked body, on the running service: directly, and through HAProxy.

A proxy does not look at them. As headers, they would carry an address of the client's choice.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from referral_api.tests.support.haproxy import HAPROXY, haproxy
from referral_api.tests.support.people import ALICE, BOB
from referral_api.tests.support.raw_http import RawAnswer, chunked, head, raw_client
from referral_api.tests.support.servers import LiveServer, database_url, live_server, log_in

pytestmark = pytest.mark.django_db(transaction=True)
Address = tuple[str, int]
LOGIN = "POST /api/v1/auth/login"
ACTIVATE = "POST /api/v1/profile/activate-invite"
PAGE = "GET /"
ADMIN = "POST /admin/login/"
BODIES = {
    LOGIN: json.dumps({"phone": BOB, "code": "0000"}).encode(),
    ACTIVATE: b'{"invite_code": "K7M2PX"}',
    PAGE: b"not read",
    ADMIN: b"not read",
}


@pytest.fixture
def server() -> Iterator[LiveServer]:
    """A wrong login from this machine's address has used its limit up."""
    settings = {"TRUSTED_PROXIES": 1, "LIMIT_WRONG_LOGINS_PER_IP": "1/86400"}
    with live_server(database_url(), SMS_DELAY_MIN=0, SMS_DELAY_MAX=0, **settings) as server:
        yield server


@pytest.fixture
def fields(server: LiveServer) -> list[tuple[str, str]]:
    """What each field would change, if it was a header of this request."""
    with server.client() as client:
        token = log_in(client, ALICE)["Authorization"]
    assert ask(server.address, LOGIN).status == 400
    return [
        (LOGIN, "X-Forwarded-For: 203.0.113.66"),
        (LOGIN, "Accept-Language: ru"),
        (LOGIN, "Host: evil.example"),
        (ACTIVATE, f"Authorization: {token}"),
        (PAGE, "Accept-Language: ru"),
        (PAGE, "Host: evil.example"),
        (ADMIN, "Accept-Language: ru"),
    ]


def ask(address: Address, line: str, *fields: str, trailers: tuple[str, ...] = ()) -> RawAnswer:
    headers = ["Content-Type: application/json", "Transfer-Encoding: chunked", *fields]
    with raw_client(address) as client:
        return client.ask(head(line, *headers), chunked(BODIES[line], *trailers))


def seen(answer: RawAnswer) -> tuple[int, str]:
    return answer.status, answer.headers["content-language"]


def test_a_trailer_changes_nothing_that_it_would_change_as_a_header(
    server: LiveServer, fields: list[tuple[str, str]]
) -> None:
    for line, field in fields:
        without = seen(ask(server.address, line))
        assert seen(ask(server.address, line, trailers=(field,))) == without
        assert seen(ask(server.address, line, field)) != without


@pytest.mark.skipif(not HAPROXY, reason="no HAProxy: install the package `haproxy`")
def test_a_trailer_that_haproxy_lets_through_changes_nothing(
    server: LiveServer, fields: list[tuple[str, str]], tmp_path: Path
) -> None:
    with haproxy(tmp_path, server) as address:
        for line, field in fields:
            without = seen(ask(address, line))
            assert seen(ask(address, line, trailers=(field,))) == without
        assert ask(address, LOGIN).status == 429
        assert ask(address, ACTIVATE).status == 401
