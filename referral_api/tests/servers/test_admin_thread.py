"""Passwords are slow to check: the admin has a thread and a connection of its own."""

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from backend.asgi.database_units import DatabaseUnits
from backend.asgi.interface import Receive, Scope, Send
from backend.asgi.page_threads import ByPath, PageThreads
from referral_api.models import LimitState
from referral_api.tests.support.people import ALICE, BOB
from referral_api.tests.support.servers import LiveServer, database_url, live_server, log_in
from referral_api.tests.support.waiting import wait_until

NAME = "admin-under-test"  # other tests count and end the connections of their own servers
CSRF = "c" * 32
QUICK_SMS: dict[str, object] = {"SMS_DELAY_MIN": 0, "SMS_DELAY_MAX": 0, "DATABASE_CONNECTIONS": 1}


class NotesThreads:
    """In the place of Django's handler of the pages: notes where synchronous code runs."""

    def __init__(self) -> None:
        self.threads: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        thread = await sync_to_async(threading.current_thread)()
        self.threads.add(thread.name)


def threads_of(*paths: str) -> set[str]:
    """Those that serve the pages, all asked at once."""
    pages = NotesThreads()
    threads = PageThreads(2, wait_seconds=60)
    units = DatabaseUnits(1, wait_seconds=60)
    application = ByPath(api=pages, pages=pages, threads=threads, units=units)

    async def ask_all() -> None:
        scopes: list[Scope] = [{"type": "http", "path": path} for path in paths]
        await asyncio.gather(*(application(scope, nothing, nothing) for scope in scopes))

    asyncio.run(ask_all())
    return pages.threads


async def nothing(*args: Any) -> Any:
    return None


def test_every_page_of_the_admin_is_served_on_one_thread_that_serves_nothing_else() -> None:
    admin = ["/admin/", "/admin/login/", "/admin/referral_api/user/1/password/", "/admin/nothing"]
    others = ["/", "/i/K7M2PX", "/api/v1/docs", "/administration", "/admin"]
    assert threads_of(*admin * 3) == {"admin_0"}
    assert threads_of(*others) == {"page-0_0", "page-1_0"}


def try_password(server: LiveServer) -> httpx.Response:
    form = {"username": ALICE, "password": "wrong", "csrfmiddlewaretoken": CSRF}
    cookies = {"Cookie": f"csrftoken={CSRF}"}
    url = f"{server.url}/admin/login/"
    return httpx.post(url, data=form, headers=cookies, timeout=60, trust_env=False)


def query(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [NAME])
        return list(cursor.fetchall())


def connections() -> set[int]:
    rows = query("SELECT pid FROM pg_stat_activity WHERE application_name = %s")
    return {pid for (pid,) in rows}


def waits_for_a_lock() -> bool:
    lock = "application_name = %s AND wait_event_type = 'Lock'"
    return bool(query(f"SELECT pid FROM pg_stat_activity WHERE {lock}"))


@pytest.mark.django_db(transaction=True)
def test_the_admin_opens_one_connection_when_it_is_used() -> None:
    with (
        live_server(database_url(name=NAME), **QUICK_SMS) as server,
        server.client() as client,
        ThreadPoolExecutor(4) as threads,
    ):
        assert client.post("/auth/code", json={"phone": ALICE}).status_code == 202
        before = connections()
        answers = [threads.submit(try_password, server) for _ in range(4)]
        assert [answer.result().status_code for answer in answers] == [200] * 4
        assert len(connections() - before) == 1


@pytest.mark.django_db(transaction=True)
def test_the_api_answers_while_the_admin_waits() -> None:
    """With one thread for the API. The test holds the rows that the admin's login needs."""
    with (
        live_server(database_url(name=NAME), **QUICK_SMS) as server,
        server.client() as client,
        ThreadPoolExecutor(3) as threads,
    ):
        bearer = log_in(client, BOB)
        assert try_password(server).status_code == 200
        with transaction.atomic():
            assert list(LimitState.objects.select_for_update())
            waiting: list[Future[httpx.Response]] = []
            waiting += [threads.submit(try_password, server) for _ in range(3)]
            wait_until(waits_for_a_lock)
            answers = [client.get("/profile", headers=bearer) for _ in range(20)]
            assert {answer.status_code for answer in answers} == {200}
            assert not any(answer.done() for answer in waiting)
        assert [answer.result().status_code for answer in waiting] == [200] * 3
