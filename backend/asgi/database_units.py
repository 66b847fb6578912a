"""Units of work of the API: synchronous code that waits for PostgreSQL on the event loop itself.

A unit is a greenlet (https://greenlet.readthedocs.io): a call that can be left, and gone on with
later. psycopg2 calls us each time before it waits
(https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries). There we leave the
unit, and the event loop serves others until PostgreSQL has answered. With a thread in its place,
the way there and back cost a request more than its statement.
"""

import asyncio
from asyncio.events import _set_running_loop
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from greenlet import getcurrent, greenlet
from psycopg2.extensions import POLL_OK, POLL_READ, connection, set_wait_callback

from backend import database_waits
from referral_api.database import renew_connection

Step = Callable[[], None]


def install() -> None:
    """For all connections of this process."""
    set_wait_callback(wait)


def wait(database: connection) -> None:
    here = getcurrent()
    if isinstance(here, Unit):
        here.wait(database)
    else:
        database_waits.wait(database)


class DatabaseUnits:
    """`size` connections to PostgreSQL that stay as long as the process, and the units on them.

    Further units wait for their turn. None waits longer than `wait_seconds`, for its turn and for
    PostgreSQL together; then it ends with OperationalError.
    """

    def __init__(self, size: int, wait_seconds: float) -> None:
        self.wait_seconds = wait_seconds
        self.unopened = size
        self.free: list[Line] = []
        self.waiting: deque[Unit] = deque()
        self.is_beginning = False

    async def run(self, work: Callable[[], Any]) -> Any:
        """It runs to its end, also where nobody waits for it any more."""
        unit = Unit(work, self)
        self.waiting.append(unit)
        self.begin_next()
        return await unit.outcome

    def begin_next(self) -> None:
        """A unit that ends at once, without a wait, calls this again: the loop then goes on."""
        if self.is_beginning:
            return
        self.is_beginning = True
        try:
            while self.waiting and (self.free or self.unopened):
                unit = self.waiting.popleft()
                if not unit.outcome.done():
                    unit.begin(self.free.pop() if self.free else self.new_line())
        finally:
            self.is_beginning = False

    def new_line(self) -> "Line":
        self.unopened -= 1
        return Line(asyncio.get_running_loop())

    def take_back(self, line: "Line") -> None:
        line.unit = None
        self.free.append(line)
        self.begin_next()


class Line:
    """A connection to PostgreSQL, and what the event loop hears from it.

    The loop always listens. To begin and to end that for each statement would cost more.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.unit: Unit | None = None  # on it now
        self.heard: int | None = None  # the socket that the loop listens to
        self.database: BaseDatabaseWrapper = connections.create_connection(DEFAULT_DB_ALIAS)
        self.database.inc_thread_sharing()  # with the thread that opens it

    def listen(self, socket: int) -> None:
        if self.heard != socket:
            self.stop_listening()
            self.loop.add_reader(socket, self.answered)
            self.heard = socket

    def answered(self) -> None:
        if self.unit is not None:
            self.unit.go_on()
        else:  # PostgreSQL ended it, or says something that nobody asked
            self.stop_listening()

    def listen_until_free(self, socket: int) -> None:
        """Until PostgreSQL takes more, or says something."""
        self.listen(socket)
        self.loop.add_writer(socket, self.can_send, socket)

    def can_send(self, socket: int) -> None:
        self.loop.remove_writer(socket)
        self.answered()

    def stop_listening(self) -> None:
        if self.heard is not None:
            self.loop.remove_reader(self.heard)
            self.loop.remove_writer(self.heard)
            self.heard = None

    def stop_listening_if_closed(self) -> None:
        """At once: the next file that is opened can get the same number."""
        open_connection = self.database.connection
        if open_connection is None or open_connection.closed:
            self.stop_listening()


class Unit(greenlet):
    """One unit of work.

    Nothing that runs inside calls the event loop. The loop keeps pointers into its own C stack, and
    that stack is put away meanwhile. Each time that the unit is left, it hands over the next step,
    which the event loop then takes.
    """

    line: Line  # from its begin on
    socket: int  # that it waits for

    def __init__(self, work: Callable[[], Any], units: DatabaseUnits) -> None:
        super().__init__()
        self.gr_context = copy_context()  # of the request: its language
        self.work = work
        self.units = units
        self.loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[Any] = self.loop.create_future()
        self.deadline = self.loop.time() + units.wait_seconds
        self.clock = self.loop.call_at(self.deadline, self.time_is_up)
        self.is_late = False
        self.waits_for_database = False

    # In the event loop.

    def begin(self, line: Line) -> None:
        self.line = line
        line.unit = self
        self.go_on()

    def go_on(self) -> None:
        """Until the unit waits again, or ends.

        All units of this thread share Django's `connections`, so this one puts its own there. The
        unit is synchronous code: for Django and asyncio, no event loop runs meanwhile.
        """
        self.waits_for_database = False
        _set_running_loop(None)
        connections[DEFAULT_DB_ALIAS] = self.line.database
        try:
            next_step: Step = self.switch()
        finally:
            _set_running_loop(self.loop)
        self.line.stop_listening_if_closed()
        next_step()

    def wait_for_answer(self) -> None:
        self.waits_for_database = True
        self.line.listen(self.socket)

    def wait_to_send(self) -> None:
        self.waits_for_database = True
        self.line.listen_until_free(self.socket)

    def open_in_thread(self) -> None:
        connect = self.line.database.ensure_connection
        bounded = partial(database_waits.run_until, self.deadline, connect)
        self.opening = self.loop.run_in_executor(None, bounded)
        self.opening.add_done_callback(lambda _opening: self.go_on())

    def time_is_up(self) -> None:
        self.is_late = True
        if self.waits_for_database:
            self.go_on()
        elif not self and not self.outcome.done():  # it has not begun
            busy = "timeout expired: all connections to the database are busy"
            self.outcome.set_exception(OperationalError(busy))

    def end(self, result: Any, error: BaseException | None) -> None:
        self.clock.cancel()
        if self.outcome.done():  # nobody waits for it any more
            pass
        elif error is not None:
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(result)
        self.units.take_back(self.line)

    # In the unit.

    def run(self) -> Step:
        try:
            renew_connection()
            if self.line.database.connection is None:
                self.connect()
            result = self.work()
        except BaseException as error:  # noqa: BLE001 -- it is raised where the outcome is awaited
            return partial(self.end, None, error)
        return partial(self.end, result, None)

    def connect(self) -> None:
        """In a thread: libpq looks a host name up without a bound of time, and the embedded
        PostgreSQL may have to start first.
        """
        self.leave(self.open_in_thread)
        self.opening.result()

    def wait(self, database: connection) -> None:
        """Until PostgreSQL has answered. Raises psycopg2's OperationalError at the deadline."""
        while (state := database.poll()) != POLL_OK:
            if self.is_late:
                database_waits.give_up(database)
            self.socket = database.fileno()
            self.leave(self.wait_for_answer if state == POLL_READ else self.wait_to_send)

    def leave(self, next_step: Step) -> None:
        event_loop = self.parent
        assert event_loop is not None  # noqa: S101 -- the greenlet that made this one
        event_loop.switch(next_step)
