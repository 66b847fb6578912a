"""One exchange with an ASGI application, without a server."""

import asyncio
from typing import Any

Message = dict[str, Any]


async def exchange(handler: Any, scope: Message, received: Message) -> list[Message]:
    """What the handler sends to a client that sends one message, and stays."""
    sent: list[Message] = []
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    incoming.put_nowait(received)

    async def send(message: Message) -> None:
        sent.append(message)

    await handler({"type": "http", "query_string": b"", "headers": [], **scope}, incoming.get, send)
    return sent
