"""How long a thread waits for PostgreSQL. Units of work of the API do not wait in a thread.

A PostgreSQL that is stopped, or hidden by a firewall that drops packets, closes nothing. psycopg2
then waits inside libpq without end. No option of TCP helps against a stopped process, because its
kernel still answers. `statement_timeout` does not help either: a stopped server does not obey it.
So the waiting is done here, in psycopg2's wait callback
(https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries). It costs a statement
2 µs. A connection that was waited for in vain is closed, and the next unit of work opens another.

The callback belongs to the whole process. A thread without a bound waits as long as it takes, as
migrations and commands do.
"""

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

import psycopg2
from psycopg2.extensions import (
    POLL_OK,
    POLL_READ,
    STATUS_BEGIN,
    STATUS_READY,
    connection,
    parse_dsn,
    set_wait_callback,
)

T = TypeVar("T")
OPEN = {STATUS_READY, STATUS_BEGIN}


class Bounds(threading.local):
    """Of one thread. None is no bound."""

    each_wait: float | None = None  # seconds for one statement, or for one connecting
    deadline: float | None = None  # of time.monotonic(), for all waits until then


bounds = Bounds()


def install() -> None:
    """For all connections of this process."""
    set_wait_callback(wait)


def bound_each_wait(seconds: float | None) -> None:
    """From now on, for this thread."""
    bounds.each_wait = seconds


@contextmanager
def each_wait_bounded(seconds: float) -> Iterator[None]:
    before = bounds.each_wait
    bound_each_wait(seconds)
    try:
        yield
    finally:
        bound_each_wait(before)


def run_until(deadline: float, work: Callable[[], T]) -> T:
    """Runs `work`, all of whose waits end at the deadline, a time of time.monotonic()."""
    bounds.deadline = deadline
    try:
        return work()
    finally:
        bounds.deadline = None


def wait(database: connection) -> None:
    """Until PostgreSQL has answered. Raises psycopg2's OperationalError at the bound."""
    deadline = bounds.deadline
    if deadline is None:
        seconds = bounds.each_wait or connect_timeout(database)
        deadline = time.monotonic() + seconds if seconds else None
    while (state := database.poll()) != POLL_OK:
        socket = select.poll()
        socket.register(database, select.POLLIN if state == POLL_READ else select.POLLOUT)
        if not socket.poll(milliseconds_until(deadline)):
            give_up(database)


def give_up(database: connection) -> NoReturn:
    """Raises psycopg2's OperationalError. psycopg2 closes an open connection when it gets that.

    One that is still being opened would stay until the error and its traceback are forgotten.
    """
    if database.status not in OPEN:
        database.close()
    raise psycopg2.OperationalError("timeout expired: PostgreSQL does not answer")


def connect_timeout(database: connection) -> int | None:
    """The option of libpq, in seconds, which libpq leaves to the callback; None once connected."""
    if database.status in OPEN:
        return None
    return int(parse_dsn(database.dsn).get("connect_timeout", 0)) or None


def milliseconds_until(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    return max(0.0, deadline - time.monotonic()) * 1000
