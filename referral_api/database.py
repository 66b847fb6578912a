"""Where the asynchronous views meet the synchronous database."""

import select
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import (
    DEFAULT_DB_ALIAS,
    IntegrityError,
    InternalError,
    OperationalError,
    connections,
)

P = ParamSpec("P")
R = TypeVar("R")
READ_ONLY = "25006"  # SQLSTATE read_only_sql_transaction


async def _by_asgiref(work: Callable[[], Any]) -> Any:
    def renewed() -> Any:
        renew_connection()
        return work()

    return await sync_to_async(renewed, thread_sensitive=True)()


# How a unit of work is run: backend/asgi names its own way; elsewhere (WSGI, commands) asgiref
# knows the thread.
run_unit: ContextVar[Callable[[Callable[[], Any]], Awaitable[Any]]] = ContextVar(
    "run_unit", default=_by_asgiref
)


async def in_one_unit(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `work`, which is synchronous, on one connection to the database.

    Each request does all of its database work in one such unit, and a code request has another one
    after its SMS was sent. The unit waits for nothing but PostgreSQL: no network, no sleep. Raises
    OperationalError where the database is away, or takes no writes.
    """

    def unit() -> R:
        try:
            return work(*args, **kwargs)
        except InternalError as error:
            if left_read_only_server(error):
                raise OperationalError("The database takes no writes.") from error
            raise

    done: R = await run_unit.get()(unit)
    return done


def renew_connection(*, was_idle: bool = True) -> None:
    """What Django's receivers of `request_started` do, which the API's handler does not send.

    A connection that PostgreSQL closed has something to read, the end of its stream; an idle one
    has nothing. So the socket tells in 5 µs what Django would ask with a SELECT. Where it has
    something to say, Django asks. One that was in use until now has just answered.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:  # the transaction of a test
        return
    database.queries_log.clear()
    database.close_if_unusable_or_obsolete()
    open_connection = database.connection
    if open_connection is None:
        return
    if not (was_idle and _has_something_to_read(open_connection)):
        database.health_check_done = True  # type: ignore[attr-defined]  # the stubs lack it


def _has_something_to_read(psycopg_connection: Any) -> bool:
    poll = select.poll()
    poll.register(psycopg_connection, select.POLLIN)
    return bool(poll.poll(0))


def left_read_only_server(error: Exception) -> bool:
    """Whether the error is the refusal of a server that takes no writes.

    After a fail-over, an open connection can lead to such a server. It is closed here, so that the
    next one finds the server that takes writes.
    """
    if getattr(error.__cause__, "pgcode", None) != READ_ONLY:
        return False
    connections[DEFAULT_DB_ALIAS].close()
    return True


def takes_writes() -> bool:
    """Asks PostgreSQL; closes the connection where it says no. A standby says no, too."""
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        (read_only,) = cursor.fetchone()
    if read_only == "on":
        database.close()
    return bool(read_only == "off")


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a row (psycopg2's diagnostics)."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None)
