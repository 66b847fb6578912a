"""Where the asynchronous views meet the synchronous database."""

import select
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import DEFAULT_DB_ALIAS, connections

P = ParamSpec("P")
R = TypeVar("R")


async def _by_asgiref(work: Callable[[], Any]) -> Any:
    return await sync_to_async(work, thread_sensitive=True)()


# How a request gets to a database thread: backend/asgi.py names its own; elsewhere (WSGI, tests) asgiref knows.
in_database_thread: ContextVar[Callable[[Callable[[], Any]], Awaitable[Any]]] = ContextVar(
    "in_database_thread", default=_by_asgiref
)


def unit_of_work(work: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Runs `work` in one hop to a database thread. Each request does all of its database work in one such unit,
    and waits for nothing but PostgreSQL in it: no network, no sleep.
    """

    def on_a_fresh_connection(*args: P.args, **kwargs: P.kwargs) -> R:
        _renew_connection()
        return work(*args, **kwargs)

    @wraps(work)
    async def unit(*args: P.args, **kwargs: P.kwargs) -> R:
        done: R = await in_database_thread.get()(partial(on_a_fresh_connection, *args, **kwargs))
        return done

    return unit


def _renew_connection() -> None:
    """What Django's receivers of `request_started` do, which the API's handler does not send (backend/handler.py).

    A connection that PostgreSQL closed has something to read, the end of its stream; an idle one has nothing. So the
    socket tells in 2 µs what Django would ask with a SELECT; where it has something to say, Django asks.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:  # a test's
        return
    database.queries_log.clear()
    database.close_if_unusable_or_obsolete()
    if database.connection is not None and not _has_something_to_read(database.connection):
        database.health_check_done = True  # type: ignore[attr-defined]  # the stubs lack it


def _has_something_to_read(psycopg_connection: Any) -> bool:
    poll = select.poll()
    poll.register(psycopg_connection, select.POLLIN)
    return bool(poll.poll(0))
