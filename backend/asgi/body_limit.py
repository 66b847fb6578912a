"""A body that is too large is not read to its end."""

from collections.abc import Mapping
from typing import Any

from backend.asgi.interface import ASGIApp, Receive, Scope, Send


class BodyLimit:
    """Stops reading a body at `limit` bytes; Django then refuses it by its length.

    Alone, Django keeps everything on disk before it looks, and a chunked body names no length.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def limited() -> Mapping[str, Any]:
            nonlocal size
            already_cut = size > self.limit
            message = await receive()
            while already_cut and message["type"] == "http.request":  # the rest, unread
                message = await receive()
            size += len(message.get("body", b""))
            if already_cut or size <= self.limit:
                return message
            replace_content_length(scope, size)
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.app(scope, limited, send)


def replace_content_length(scope: Scope, size: int) -> None:
    headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    headers.append((b"content-length", b"%d" % size))
    scope["headers"] = headers
