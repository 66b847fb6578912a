"""The server's protocol before any application, in this process. Its clock goes as a test moves it.

So a test of time-outs waits for nothing, and a busy machine cannot make it fail.
"""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from backend.asgi.interface import ASGIApp, Receive, Scope, Send
from backend.asgi.protocol import Part, Protocol
from referral_api.tests.support.waiting import wait_until

KEEP_ALIVE_SECONDS = 95


class StandingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock stands still until somebody sets `now`."""

    now = 0.0

    def time(self) -> float:
        return self.now


class ClockedServer:
    def __init__(self, application: ASGIApp) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.loop = StandingLoop()
        config = uvicorn.Config(
            application,
            interface="asgi3",
            http=Protocol,
            ws="none",
            lifespan="off",
            proxy_headers=False,
            log_config=None,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.run)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.listener.getsockname()
        return (host, port)

    def run(self) -> None:
        self.loop.run_until_complete(self.server.serve(sockets=[self.listener]))
        self.loop.close()

    def call(self, work: Callable[[], None]) -> None:
        """In the thread of the server."""
        self.loop.call_soon_threadsafe(work)

    def move(self, seconds: float) -> None:
        def move() -> None:
            self.loop.now += seconds

        self.call(move)

    def wait_until_reads(self, part: Part, *, size: int = 0) -> None:
        """One of its connections has read `size` bytes of that part, or more."""
        wait_until(lambda: self.reads(part, size))

    def reads(self, part: Part, size: int) -> bool:
        for connection in tuple(self.server.server_state.connections):
            assert isinstance(connection, Protocol)
            if connection.part is part and connection.size >= size:
                return True
        return False

    def wait_until_nobody_is_connected(self) -> None:
        wait_until(lambda: not self.server.server_state.connections)

    def stop(self) -> None:
        self.server.should_exit = True

        def has_ended() -> bool:
            if self.thread.is_alive():
                self.move(1)
                self.thread.join(0.01)
            return not self.thread.is_alive()

        wait_until(has_ended)


@contextmanager
def clocked_server(application: ASGIApp) -> Iterator[ClockedServer]:
    running = ClockedServer(application)
    running.thread.start()
    wait_until(lambda: running.server.started)
    try:
        yield running
    finally:
        running.stop()


class Echo:
    """An application that tells what it got. At /slow it waits until the test lets it answer."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.waiting = 0  # requests that have waited

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            more = message["more_body"]
        if scope["path"] == "/slow":
            self.waiting += 1
            await self.may_answer.wait()
        headers = [[name.decode(), value.decode()] for name, value in scope["headers"]]
        told = {"path": scope["path"], "headers": headers, "body": body.decode()}
        answer = json.dumps(told).encode()
        length = (b"content-length", b"%d" % len(answer))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": answer})
