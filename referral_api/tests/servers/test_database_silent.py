"""A PostgreSQL that is stopped closes nothing and answers nothing: nobody waits for it long."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest
from django.db import connection, transaction

from referral_api.models import User
from referral_api.tests.support.broken_network import DatabaseProxy, database_proxy
from referral_api.tests.support.people import ALICE, BOB
from referral_api.tests.support.servers import LiveServer, database_url, live_server, log_in
from referral_api.tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = {"SMS_DELAY_MIN": 0, "SMS_DELAY_MAX": 0, "DATABASE_WAIT_SECONDS": 5}


@pytest.fixture
def way(db: None) -> Iterator[DatabaseProxy]:
    with database_proxy() as way:
        yield way


@pytest.fixture
def server(way: DatabaseProxy) -> Iterator[LiveServer]:
    with live_server(database_url(host="127.0.0.1", port=way.port), **SETTINGS) as server:
        yield server


def ask(server: LiveServer, path: str) -> httpx.Response:
    """The client waits for at most 30 seconds."""
    return httpx.get(f"{server.url}{path}", timeout=30, trust_env=False)


def is_ready(server: LiveServer) -> bool:
    return ask(server, "/readyz").is_success


def test_every_operation_is_a_503_until_it_speaks_again(
    way: DatabaseProxy, server: LiveServer
) -> None:
    with server.client() as client:
        bearer = log_in(client, ALICE)
        way.fall_silent()
        # More than there are threads: what waits for a thread is answered in time, too.
        with ThreadPoolExecutor(16) as threads:
            calls = [partial(client.get, "/profile", headers=bearer)] * 12
            calls += [partial(client.post, "/auth/code", json={"phone": BOB})] * 4
            answers = list(threads.map(lambda call: call(), calls))
        assert {answer.status_code for answer in answers} == {503}
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
        assert not is_ready(server)
        way.speak_again()
        wait_until(partial(is_ready, server))
        answers = [client.get("/profile", headers=bearer) for _ in range(8)]
        assert [answer.status_code for answer in answers] == [200] * 8


def test_a_connection_that_is_opened_meanwhile_is_given_up_too(
    way: DatabaseProxy, server: LiveServer
) -> None:
    way.cut()
    way.open()
    way.fall_silent()
    assert [ask(server, "/readyz").status_code for _ in range(5)] == [503] * 5
    way.speak_again()
    wait_until(partial(is_ready, server))


def test_a_page_is_a_503_too(way: DatabaseProxy, server: LiveServer) -> None:
    cookies = {"sessionid": "0123456789abcdef0123456789abcdef"}
    url = f"{server.url}/admin/"
    way.fall_silent()
    answer = httpx.get(url, cookies=cookies, timeout=30, trust_env=False)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    way.speak_again()
    wait_until(
        lambda: httpx.get(url, cookies=cookies, timeout=30, trust_env=False).status_code == 302
    )


def test_a_statement_that_waits_for_a_lock_is_given_up(server: LiveServer) -> None:
    with server.client() as client:
        bearer = log_in(client, ALICE)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{User._meta.db_table}" IN ACCESS EXCLUSIVE MODE')
            assert client.get("/profile", headers=bearer).status_code == 503
        assert client.get("/profile", headers=bearer).status_code == 200
