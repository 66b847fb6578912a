"""The server's protocol before an application that says what it got. A test moves its clock."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from backend.asgi.interface import Receive, Scope, Send
from backend.asgi.protocol import Part, Protocol
from referral_api.tests.support.waiting import wait_until

KEEP_ALIVE_SECONDS = 95


class MovedLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock runs `ahead` seconds before the real one."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


class EchoServer:
    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.loop = MovedLoop()
        self.may_answer = asyncio.Event()
        self.begun: list[str] = []  # paths of the requests that the application got
        config = uvicorn.Config(
            self.application,
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

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tells what it got. At the path /slow it waits until the test lets it answer."""
        self.begun.append(scope["path"])
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            more = message["more_body"]
        if scope["path"] == "/slow":
            await self.may_answer.wait()
        headers = [[name.decode(), value.decode()] for name, value in scope["headers"]]
        told = {"path": scope["path"], "headers": headers, "body": body.decode()}
        answer = json.dumps(told).encode()
        length = (b"content-length", b"%d" % len(answer))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": answer})

    def call(self, work: Callable[[], None]) -> None:
        """In the thread of the server."""
        self.loop.call_soon_threadsafe(work)

    def move(self, seconds: float) -> None:
        def move() -> None:
            self.loop.ahead += seconds

        self.call(move)

    def let_answer(self) -> None:
        self.call(self.may_answer.set)

    def wait_until_reads(self, part: Part, *, size: int = 0) -> None:
        """Its one connection has read `size` bytes of that part, or more."""
        wait_until(lambda: self.reads(part, size))

    def reads(self, part: Part, size: int) -> bool:
        for connection in tuple(self.server.server_state.connections):
            assert isinstance(connection, Protocol)
            if connection.part is part and connection.size >= size:
                return True
        return False

    def wait_until_nobody_is_connected(self) -> None:
        wait_until(lambda: not self.server.server_state.connections)


@contextmanager
def echo_server() -> Iterator[EchoServer]:
    running = EchoServer()
    running.thread.start()
    wait_until(lambda: running.server.started)
    try:
        yield running
    finally:
        running.let_answer()
        running.server.should_exit = True
        running.thread.join(15)
        assert not running.thread.is_alive()
