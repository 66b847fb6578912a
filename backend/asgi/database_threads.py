"""The threads that hold the connections to PostgreSQL, and which request holds one for how long."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, Protocol

from asgiref.sync import ThreadSensitiveContext
from django.core.handlers.asgi import get_script_prefix

from backend import database_waits
from backend.asgi.interface import ASGIApp, Receive, Scope, Send
from backend.paths import is_admin, is_page
from referral_api.database import run_in_thread


class Threads(Protocol):
    """Where synchronous code runs. The tests have another one: their own thread."""

    async def run(self, work: Callable[[], Any]) -> Any:
        """One unit of work of the API, from its begin to its end on one thread."""

    def one_for_a_page(self) -> AbstractAsyncContextManager[None]:
        """Until the end of the block, all that Django calls synchronously is on one thread."""

    def one_for_the_admin(self) -> AbstractAsyncContextManager[None]:
        """The same, on the one thread that serves nothing but the admin."""


class DatabaseThreads:
    """`size` threads that stay as long as the process, each with its connection to PostgreSQL.

    Alone, asgiref starts a thread for each request, and a connection with it (3.6 ms each).
    No unit of work waits longer than `wait_seconds`, for a free thread and for PostgreSQL together.
    A page, which has many statements, waits that long for each of them.

    The admin has one thread more. A password is slow to check, and anybody can send one: so these
    requests wait for each other, and no other request waits for them. The thread and its connection
    begin with the first request to the admin.
    """

    def __init__(self, size: int, wait_seconds: float) -> None:
        self.executors = [database_thread(f"database-{n}", wait_seconds) for n in range(size)]
        self.busy = [0] * size
        self.wait_seconds = wait_seconds
        self.admin = database_thread("database-admin", wait_seconds)

    @contextmanager
    def least_busy(self) -> Iterator[ThreadPoolExecutor]:
        thread = self.busy.index(min(self.busy))
        self.busy[thread] += 1
        try:
            yield self.executors[thread]
        finally:
            self.busy[thread] -= 1

    async def run(self, work: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + self.wait_seconds
        loop = asyncio.get_running_loop()
        with self.least_busy() as thread:
            return await loop.run_in_executor(thread, database_waits.run_until, deadline, work)

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


def database_thread(name: str, wait_seconds: float) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(
        1,
        thread_name_prefix=name,
        initializer=database_waits.bound_each_wait,
        initargs=(wait_seconds,),
    )


class OnDatabaseThreads:
    """The API takes a thread for each unit of work, a page takes one for the whole request.

    So a request that waits for its SMS holds no thread.
    """

    def __init__(self, *, api: ASGIApp, pages: ASGIApp, threads: Threads) -> None:
        self.api = api
        self.pages = pages
        self.threads = threads

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
            run_in_thread.set(self.threads.run)
            await self.api(scope, receive, send)
