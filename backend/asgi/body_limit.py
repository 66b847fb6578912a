"""A body that is too large is refused, and is not kept."""

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping
from typing import Any

from django.core.handlers.asgi import get_script_prefix

from backend.asgi.interface import ASGIApp, Receive, Scope, Send
from backend.paths import is_page

MAX_DRAINED_BYTES = 16 * 1024 * 1024
SECONDS_TO_DRAIN = 2.0
EXPECTS_CONTINUE = (b"expect", b"100-continue")


class BodyLimit:
    """Keeps at most `api` or `pages` bytes of a body; Django then refuses it by its length.

    Alone, Django keeps everything on disk before it looks, and a chunked body names no length.
    """

    def __init__(self, app: ASGIApp, *, api: int, pages: int) -> None:
        self.app = app
        self.api = api
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(get_script_prefix(scope))
        limit = self.pages if is_page(path) else self.api
        body = LimitedBody(scope, receive, send, limit)
        await self.app(scope, body.receive, body.send)


class LimitedBody:
    """The body of one request, and the answer to it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self.scope = scope
        self.receive_more = receive
        self.send_on = send
        self.limit = limit
        self.size = 0
        self.is_cut = False
        self.has_rest = False  # the client may still be writing: the connection cannot be used

    async def receive(self) -> Mapping[str, Any]:
        if EXPECTS_CONTINUE in self.scope["headers"] and self.is_refused_in_advance():
            self.is_cut = self.has_rest = True
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await self.receive_more()
        while self.is_cut and message["type"] == "http.request":
            message = await self.receive_more()
        self.size += len(message.get("body", b""))
        if self.is_cut or self.size <= self.limit:
            return message
        self.is_cut = True
        replace_content_length(self.scope, self.size)
        if message.get("more_body", False):
            await self.drain()
        return {"type": "http.request", "body": b"", "more_body": False}

    def is_refused_in_advance(self) -> bool:
        """The client asks before it sends (RFC 9110 §10.1.1), and its body would be too large."""
        if self.is_cut:
            return False
        lengths = [value for name, value in self.scope["headers"] if name == b"content-length"]
        return bool(lengths) and int(lengths[0]) > self.limit

    async def drain(self) -> None:
        """Reads the rest and drops it.

        Many clients write the whole body before they read the answer. They would lose the answer
        if the connection was closed meanwhile.
        """
        self.has_rest = True
        drained = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS_TO_DRAIN):
                while self.has_rest and drained <= MAX_DRAINED_BYTES:
                    message = await self.receive_more()
                    drained += len(message.get("body", b""))
                    self.has_rest = message.get("more_body", False)

    def send(self, message: Mapping[str, Any]) -> Awaitable[None]:
        if self.has_rest and message["type"] == "http.response.start":
            headers = [*message["headers"], (b"connection", b"close")]
            message = dict(message, headers=headers)
        return self.send_on(message)


def replace_content_length(scope: Scope, size: int) -> None:
    headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    headers.append((b"content-length", b"%d" % size))
    scope["headers"] = headers
