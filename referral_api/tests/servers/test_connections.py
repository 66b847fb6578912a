"""Threads, database connections and waiting, on a real server with one worker."""

import asyncio
import contextlib
import json
import socket
from collections import Counter
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from django.db import connection

from referral_api.models import LoginChallenge, LoginRequest
from referral_api.tests.support.broken_network import database_proxy
from referral_api.tests.support.people import ALICE, BOB
from referral_api.tests.support.servers import LiveServer, database_url, live_server, log_in
from referral_api.tests.support.sms_provider import WEBHOOK_SECRET, SmsProvider, sms_provider
from referral_api.tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")
THREADS = 3
FEW = 6  # threads that serve no request: the main one, the resolver's, the regular tasks'
NAME = "server-under-test"
# The session that a server leaves behind is its own business: only what has its name counts.
BACKENDS = (
    "SELECT pid, state, xact_start IS NOT NULL FROM pg_stat_activity WHERE application_name = %s"
)


@pytest.fixture
def database(db: None) -> str:
    return database_url(name=NAME)


@pytest.fixture
def quick(database: str) -> Iterator[LiveServer]:
    """Its SMS take no time."""
    with live_server(
        database, SMS_DELAY_MIN=0, SMS_DELAY_MAX=0, DATABASE_CONNECTIONS=THREADS
    ) as server:
        yield server


@pytest.fixture
def provider() -> Iterator[SmsProvider]:
    """Keeps the server waiting for its SMS until the test lets it answer."""
    with sms_provider() as provider:
        provider.may_answer.clear()
        yield provider


def waiting_server(database: str, provider: SmsProvider) -> AbstractContextManager[LiveServer]:
    return live_server(
        database,
        SMS_SENDERS=provider.webhook,
        SMS_WEBHOOK_SECRET=WEBHOOK_SECRET,
        PHONE_REGIONS="RU",
        DATABASE_CONNECTIONS=THREADS,
    )


def backends() -> list[tuple[int, str, bool]]:
    """Of the server: process id, state, whether in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(BACKENDS, [NAME])
        return list(cursor.fetchall())


def threads_of(server: LiveServer) -> int:
    """Only Linux tells; elsewhere it is not asked."""
    tasks = Path(f"/proc/{server.process.pid}/task")
    return len(list(tasks.iterdir())) if tasks.exists() else 0


def phone(number: int) -> dict[str, str]:
    return {"phone": f"+7916{number:07}"}


def in_own_loop(work: Coroutine[Any, Any, T]) -> T:
    """Apart from this thread, whose event loop would forbid Django's database calls."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def test_two_hundred_requests_open_no_connection_each(quick: LiveServer) -> None:
    with quick.client() as client:
        bearer = log_in(client, ALICE)

    async def read(client: httpx.AsyncClient, times: int) -> list[int]:
        return [(await client.get("/profile", headers=bearer)).status_code for _ in range(times)]

    async def read_all(times: int) -> list[list[int]]:
        clients = [quick.async_client() for _ in range(8)]
        found = await asyncio.gather(*(read(client, times) for client in clients))
        await asyncio.gather(*(client.aclose() for client in clients))
        return found

    in_own_loop(read_all(5))
    before = {pid for pid, _state, _busy in backends()}
    statuses = Counter(status for found in in_own_loop(read_all(25)) for status in found)
    assert statuses == {200: 200}
    assert {pid for pid, _state, _busy in backends()} == before
    assert 1 <= len(before) <= THREADS + 1  # the command that migrated may have one of its own


def test_each_request_is_one_or_two_messages_to_postgresql() -> None:
    with contextlib.ExitStack() as running:
        way = running.enter_context(database_proxy())
        database = database_url(host="127.0.0.1", port=way.port)
        server = running.enter_context(
            live_server(
                database,
                SMS_DELAY_MIN=0,
                SMS_DELAY_MAX=0,
                SMS_ALARM="100:10",
                DATABASE_CONNECTIONS=1,
            )
        )
        client = running.enter_context(server.client())
        bearer = log_in(client, ALICE)
        client.get("/profile", headers=bearer)
        way.statements.clear()
        answers = [client.get("/profile", headers=bearer) for _ in range(10)]
        assert [answer.status_code for answer in answers] == [200] * 10
        assert len(way.statements) == 10
        requested = client.post("/auth/code", json={"phone": BOB}).json()
        assert len(way.statements) == 12  # one reserves the code, one counts its SMS
        login = {name: requested[name] for name in ("phone", "code", "request_id")}
        bob = client.post("/auth/login", json=login).json()
        assert len(way.statements) == 14  # one spends the try, one does what the right code does
        invite = {"invite_code": answers[0].json()["invite_code"]}
        bobs = {"Authorization": f"Bearer {bob['access']}"}
        activated = client.post("/profile/activate-invite", json=invite, headers=bobs)
        assert activated.status_code == 200
        assert len(way.statements) == 16  # the activation, and the profile


def test_connections_that_postgresql_ended_fail_no_request(quick: LiveServer) -> None:
    async def read_all(times: int) -> Counter[int]:
        async with quick.async_client() as client:
            answers = await asyncio.gather(
                *(client.get("/profile", headers=bearer) for _ in range(times))
            )
            return Counter(answer.status_code for answer in answers)

    with quick.client() as client:
        bearer = log_in(client, ALICE)
    in_own_loop(read_all(48))
    ended = backends()
    assert ended
    for pid, _state, _busy in ended:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    assert in_own_loop(read_all(48)) == {200: 48}
    assert not {pid for pid, _state, _busy in ended} & {pid for pid, _state, _busy in backends()}


def test_a_waiting_sms_holds_no_thread_and_no_connection(
    database: str, provider: SmsProvider
) -> None:
    async def request_all(server: LiveServer) -> list[int]:
        async with server.async_client() as client:
            requests = (client.post("/auth/code", json=phone(1230000 + n)) for n in range(60))
            return [answer.status_code for answer in await asyncio.gather(*requests)]

    def none_is_busy() -> bool:
        return not any(busy for _pid, _state, busy in backends())

    with waiting_server(database, provider) as server, ThreadPoolExecutor(1) as thread:
        answers = thread.submit(asyncio.run, request_all(server))
        wait_until(lambda: LoginRequest.objects.count() == 60)  # all sixty at the same time
        wait_until(lambda: len(provider.received) == 60)
        wait_until(none_is_busy)
        assert len(backends()) <= THREADS + 1
        assert threads_of(server) <= THREADS + FEW
        with server.client() as client:
            assert client.get("/profile").status_code == 401  # others are served meanwhile
        assert not answers.done()
        provider.may_answer.set()
        assert answers.result() == [202] * 60


def test_a_running_request_is_answered_though_the_server_stops(
    database: str, provider: SmsProvider
) -> None:
    with (
        waiting_server(database, provider) as server,
        ThreadPoolExecutor(1) as thread,
        server.client() as client,
    ):
        answer = thread.submit(client.post, "/auth/code", json={"phone": ALICE})
        wait_until(lambda: provider.received)
        server.ask_to_stop()
        wait_until(lambda: not listens(server))
        provider.may_answer.set()
        assert answer.result().status_code == 202
        assert server.process.wait(10) in {0, -15}


def listens(server: LiveServer) -> bool:
    with socket.socket() as client:
        return client.connect_ex(server.address) == 0


def test_who_hangs_up_has_asked_for_a_code_all_the_same(
    database: str, provider: SmsProvider
) -> None:
    request = json.dumps({"phone": ALICE}).encode()
    head = (
        "POST /api/v1/auth/code HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(request)}\r\n\r\n"
    )
    with waiting_server(database, provider) as server, server.client() as client:
        with socket.create_connection(server.address) as impatient:
            impatient.sendall(head.encode() + request)
            wait_until(lambda: provider.received)
        provider.may_answer.set()
        wait_until(lambda: provider.answered)
        again = client.post("/auth/code", json={"phone": ALICE})
        assert again.status_code == 429
        login = {"phone": ALICE, "code": LoginChallenge.objects.get().code}
        assert client.post("/auth/login", json=login).status_code == 200
