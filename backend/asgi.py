"""The application: Django on database threads that live as long as the process, the API by its short way."""

import asyncio
import gc
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import get_script_prefix

from backend.handler import APIHandler, Receive, Scope, Send
from backend.paths import is_page
from referral_api.database import run_in_thread

ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class DatabaseThreads:
    """`size` threads that live as long as the process, each with its connection to PostgreSQL.

    Left alone, asgiref starts a thread for each request, and a connection that dies with it (3.6 ms each).
    """

    def __init__(self, size: int) -> None:
        self.executors = [
            ThreadPoolExecutor(1, thread_name_prefix=f"database-{n}") for n in range(size)
        ]
        self.busy = [0] * size

    @contextmanager
    def least_busy(self) -> Iterator[ThreadPoolExecutor]:
        thread = self.busy.index(min(self.busy))
        self.busy[thread] += 1
        try:
            yield self.executors[thread]
        finally:
            self.busy[thread] -= 1

    async def run(self, work: Callable[[], Any]) -> Any:
        with self.least_busy() as thread:
            return await asyncio.get_running_loop().run_in_executor(thread, work)


class OnDatabaseThreads:
    """The API by its short way, a thread for each unit of work, so that a request that waits for an SMS holds none.

    The pages by Django's own handler, which hops to its thread many times: one thread for the whole request. Inside
    this ThreadSensitiveContext, the one that Django enters is a no-op.
    """

    def __init__(self, *, api: ASGIApp, pages: ASGIApp, threads: DatabaseThreads) -> None:
        self.api, self.pages, self.threads = api, pages, threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # nothing to start or stop
            return
        if not is_page(scope["path"].removeprefix(get_script_prefix(scope))):
            run_in_thread.set(self.threads.run)
            await self.api(scope, receive, send)
            return
        with self.threads.least_busy() as thread:
            async with ThreadSensitiveContext(executor=thread):
                await self.pages(scope, receive, send)


class BodyLimit:
    """Stops reading a body at `limit` bytes; Django then refuses it by its length.

    Alone, Django keeps whatever arrives on disk before it looks, and a chunked body says no length to look at.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def limited() -> Mapping[str, Any]:
            nonlocal size
            cut = size > self.limit
            message = await receive()
            while cut and message["type"] == "http.request":  # the rest of the body, unread
                message = await receive()
            size += len(message.get("body", b""))
            if cut or size <= self.limit:
                return message
            scope["headers"] = [
                *without(b"content-length", scope["headers"]),
                (b"content-length", b"%d" % size),
            ]
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.app(scope, limited, send)


def without(name: bytes, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [header for header in headers if header[0] != name]


def tune_garbage_collection() -> None:
    """What start-up made lives for ever: the collector need not walk it in the middle of a request (p99 72 → 18 ms)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
pages = get_asgi_application()  # before the handler of the API: it sets Django up
application = BodyLimit(
    OnDatabaseThreads(
        api=APIHandler(), pages=pages, threads=DatabaseThreads(settings.DATABASE_THREADS)
    ),
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
)
tune_garbage_collection()
