"""After a fail-over, open connections can lead to a server that takes no writes any more."""

from collections.abc import Iterator

import httpx
import pytest
from django.db import connection

from referral_api.tests.support.people import ALICE, BOB
from referral_api.tests.support.replicas import empty_database
from referral_api.tests.support.servers import LiveServer, database_url, live_server, log_in

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS = "FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"


@pytest.fixture
def database(db: None) -> Iterator[str]:
    with empty_database() as name:
        yield name


@pytest.fixture
def server(database: str) -> Iterator[LiveServer]:
    url = database_url(database=database)
    with live_server(url, SMS_DELAY_MIN=0, SMS_DELAY_MAX=0, DATABASE_CONNECTIONS=2) as server:
        yield server


def set_read_only(database: str, value: str) -> None:
    """For sessions that begin from now on."""
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{database}" SET default_transaction_read_only = {value}')


def end_sessions(database: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid, 5000) {SESSIONS}", [database])


def status_of_readyz(server: LiveServer) -> int:
    return httpx.get(f"{server.url}/readyz", trust_env=False).status_code


def test_the_api_is_a_503_and_finds_the_server_that_takes_writes(
    database: str, server: LiveServer
) -> None:
    with server.client() as client:
        log_in(client, ALICE)
        set_read_only(database, "on")
        end_sessions(database)
        for _ in range(4):
            answer = client.post("/auth/code", json={"phone": BOB})
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        set_read_only(database, "off")
        answers = [client.post("/auth/code", json={"phone": BOB}).status_code for _ in range(2)]
        assert answers == [202, 429]


def test_readyz_asks_whether_it_may_write(database: str, server: LiveServer) -> None:
    set_read_only(database, "on")
    end_sessions(database)
    assert [status_of_readyz(server) for _ in range(4)] == [503] * 4
    set_read_only(database, "off")
    assert [status_of_readyz(server) for _ in range(4)] == [200] * 4


def test_a_page_that_writes_is_a_503_until_then(database: str, server: LiveServer) -> None:
    url = f"{server.url}/admin/login/"
    form = {"username": ALICE, "password": "wrong", "csrfmiddlewaretoken": "x" * 32}
    with httpx.Client(cookies={"csrftoken": "x" * 32}, trust_env=False, timeout=30) as browser:
        set_read_only(database, "on")
        end_sessions(database)
        assert [browser.post(url, data=form).status_code for _ in range(4)] == [503] * 4
        set_read_only(database, "off")
        assert [browser.post(url, data=form).status_code for _ in range(4)] == [200] * 4
