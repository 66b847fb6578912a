"""The threads of the pages, and which request holds one for how long."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, Protocol

from asgiref.sync import ThreadSensitiveContext
from django.core.handlers.asgi import get_script_prefix

from backend import database_waits
from backend.asgi.interface import ASGIApp, Receive, Scope, Send
from backend.paths import is_admin, is_page
from referral_api.database import run_unit


class Threads(Protocol):
    """Where the code of the pages runs, which is synchronous. In tests: the test's own thread."""

    def one_for_a_page(self) -> AbstractAsyncContextManager[None]:
        """Until the end of the block, all that Django calls synchronously is on one thread."""

    def one_for_the_admin(self) -> AbstractAsyncContextManager[None]:
        """The same, on the one thread that serves nothing but the admin."""


class Units(Protocol):
    """Where the units of work of the API run."""

    async def run(self, work: Callable[[], Any]) -> Any:
        """One unit, from its begin to its end."""


class PageThreads:
    """`size` threads that stay as long as the process. Who uses the database has its connection.

    Alone, asgiref starts a thread for each request, and a connection with it (3.6 ms each).
    A page waits at most `wait_seconds` for each of its statements.

    The admin has one thread more. A password is slow to check, and anybody can send one: so these
    requests wait for each other, and no other request waits for them. A thread and its connection
    begin when they are first needed.
    """

    def __init__(self, size: int, wait_seconds: float) -> None:
        self.executors = [page_thread(f"page-{n}", wait_seconds) for n in range(size)]
        self.busy = [0] * size
        self.admin = page_thread("admin", wait_seconds)

    @contextmanager
    def least_busy(self) -> Iterator[ThreadPoolExecutor]:
        thread = self.busy.index(min(self.busy))
        self.busy[thread] += 1
        try:
            yield self.executors[thread]
        finally:
            self.busy[thread] -= 1

    @asynccontextmanager
    async def one_for_a_page(self) -> AsyncIterator[None]:
        """Inside this ThreadSensitiveContext, the one that Django enters does nothing."""
        with self.least_busy() as thread:
            async with ThreadSensitiveContext(executor=thread):
                yield

    @asynccontextmanager
    async def one_for_the_admin(self) -> AsyncIterator[None]:
        async with ThreadSensitiveContext(executor=self.admin):
            yield


def page_thread(name: str, wait_seconds: float) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(
        1,
        thread_name_prefix=name,
        initializer=database_waits.bound_each_wait,
        initargs=(wait_seconds,),
    )


class ByPath:
    """A page takes a thread for the whole request, the API takes none.

    So a request that waits for its SMS holds neither a thread nor a connection.
    """

    def __init__(self, *, api: ASGIApp, pages: ASGIApp, threads: Threads, units: Units) -> None:
        self.api = api
        self.pages = pages
        self.threads = threads
        self.units = units

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # nothing to start or stop
            return
        path = scope["path"].removeprefix(get_script_prefix(scope))
        if is_admin(path):
            async with self.threads.one_for_the_admin():
                await self.pages(scope, receive, send)
        elif is_page(path):
            async with self.threads.one_for_a_page():
                await self.pages(scope, receive, send)
        else:
            run_unit.set(self.units.run)
            await self.api(scope, receive, send)
