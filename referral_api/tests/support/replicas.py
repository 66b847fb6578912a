"""Several servers side by side, that share nothing but a database."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import httpx
from django.db import connection

from referral_api.tests.support.contract import check_answer, operation_at
from referral_api.tests.support.servers import LiveServer, live_server

T = TypeVar("T")
SETTINGS = {
    "SMS_DELAY_MIN": 0,
    "SMS_DELAY_MAX": 0,
    "LIMIT_SMS_PER_IP": "20/86400",
    "TRUSTED_PROXIES": 1,  # so that each test comes from an address of its own
}


@dataclass
class Replica:
    server: LiveServer
    client: httpx.Client

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        address: str = "198.51.100.1",
        auth: str = "",
    ) -> Any:
        """Fails on an answer that the published document does not declare."""
        headers = {"X-Forwarded-For": address} | ({"Authorization": auth} if auth else {})
        answer = self.client.request(method, path, json=body, headers=headers)
        operation = operation_at(method.lower(), path)
        media_type = answer.headers.get("Content-Type", "")
        check_answer(operation, answer.status_code, media_type, answer.content)
        return answer

    def ask(self, phone: str, **more: str) -> Any:
        return self.call("POST", "/auth/code", {"phone": phone}, **more)

    def log_in(self, asked: dict[str, Any], **more: str) -> Any:
        return self.call(
            "POST", "/auth/login", {"phone": asked["phone"], "code": asked["code"], **more}
        )


def bearer(session: dict[str, Any]) -> str:
    return f"Bearer {session['access']}"


@contextmanager
def replicas(database: str, count: int) -> Iterator[list[Replica]]:
    """All are started at the same moment, as an orchestrator does."""
    with ExitStack() as cleanup, ThreadPoolExecutor(count) as threads:

        def start(_number: int) -> Replica:
            server = cleanup.enter_context(live_server(database, **SETTINGS))
            return Replica(server, cleanup.enter_context(server.client()))

        yield list(threads.map(start, range(count)))


@contextmanager
def empty_database() -> Iterator[str]:
    """Its name. Its time zone is not Django's, which must hold in every transaction."""
    name = f"{connection.settings_dict['NAME']}_of_replicas"
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _execute(
        drop, f'CREATE DATABASE "{name}"', f"ALTER DATABASE \"{name}\" SET timezone TO 'Asia/Tokyo'"
    )
    yield name
    _execute(drop)


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def at_once(calls: Iterable[Callable[[], T]]) -> list[T]:
    with ThreadPoolExecutor(50) as threads:
        return list(threads.map(lambda call: call(), calls))


def alternately(replicas: list[Replica], count: int, call: Callable[[Replica, int], T]) -> list[T]:
    """So many calls at once, the first replica's, the second's, and so on in turn."""
    return at_once(
        partial(call, replicas[number % len(replicas)], number) for number in range(count)
    )
