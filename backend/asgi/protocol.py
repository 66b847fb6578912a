"""What the server reads from a connection: uvicorn's protocol, with bounds on headers and time."""

import asyncio
import enum
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from backend.asgi.refused import answer_to, malformed_http
from referral_api.errors import HeadersTooLarge, Refusal, RequestTimeout

MAX_HEAD_BYTES = 32 * 1024  # the request line and all headers
PIECE = MAX_HEAD_BYTES // 2  # the parser gets no more at once, so that we can count between
MAX_UNREAD_BYTES = 16 * 1024 * 1024
SECONDS_TO_HANG_UP = 2.0


class Part(enum.Enum):
    """Of a request, the part that is read at the moment."""

    NONE = enum.auto()  # between two requests
    HEAD = enum.auto()
    BODY = enum.auto()


NONE, HEAD, BODY = Part  # a name of the module is read faster than one of an Enum


class RefusedHeadError(Exception):
    """Stops the parser, which calls us; `refusal` is the answer."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Protocol(HttpToolsProtocol):
    """One connection of a client. What it adds to uvicorn's own:

    - Fields after a chunked body (trailers) never become headers of the request (RFC 9110 §6.5.1).
      A proxy in front does not see them, so a client could write its own X-Forwarded-For there.
    - 32 KiB for the request line and the headers, and for what is neither header nor body
      (trailers, extensions of chunks). More is refused with 431 (RFC 6585 §5).
    - 15 seconds for a head, 30 for a body, and then 408 (RFC 9110 §15.5.9). The time counts only
      while we wait for the client, not while we make an answer.
    - `Upgrade` is ignored (RFC 9110 §7.8). uvicorn takes the body of such a request for the next
      request of the connection, and a proxy in front would not see that request.
    - A request of HTTP/1.1 has exactly one Host (RFC 9112 §3.2).
    """

    head_seconds = 15.0
    body_seconds = 30.0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.url = b""
        self.part = NONE
        self.size = 0  # bytes since the last piece of a body; in a head: its bytes so far
        self.clock: asyncio.TimerHandle | None = None  # of the part that is read
        self.is_refused = False  # what still comes is dropped

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.clock = self.loop.call_later(self.head_seconds, self.time_is_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if len(data) <= PIECE:
            self.read(data)
            return
        for start in range(0, len(data), PIECE):
            self.read(data[start : start + PIECE])

    def read(self, data: bytes) -> None:
        self.size += len(data)
        if self.is_refused:
            self.drop()
            return
        if self.part is NONE:
            self.part = HEAD
        try:
            self.feed(data)
        except httptools.HttpParserError as error:
            raised = error.__context__
            if isinstance(raised, RefusedHeadError):
                self.refuse(raised.refusal)
            else:
                self.refuse(malformed_http())
            return
        if self.part is NONE:
            return
        if self.size > MAX_HEAD_BYTES:
            self.refuse(HeadersTooLarge())
        elif self.clock is None:
            self.start_clock()

    def feed(self, data: bytes) -> None:
        """The parser stops behind a head with `Upgrade`: what follows is of that protocol."""
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                rest = data[upgrade.args[0] :]
            else:
                return
            self.feed_head_without_upgrade()
            data = rest

    def feed_head_without_upgrade(self) -> None:
        """The same head once more, for a new parser, which then reads the body."""
        version = self.parser.get_http_version().encode()
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        for name, value in self.headers:
            if name != b"upgrade":
                lines.append(name + b": " + value)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's
        self.parser.feed_data(b"\r\n".join([*lines, b"", b""]))

    # What the parser found, in the order of the request.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.part = HEAD

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise RefusedHeadError(malformed_http())
            return
        self.check_head()
        if self.clock is not None:
            self.stop_clock()
        super().on_headers_complete()
        self.part = BODY
        self.size = 0
        # The scope keeps the list that it has. What still comes is a trailer, and goes nowhere.
        self.headers = []

    def check_head(self) -> None:
        if self.size > PIECE:  # else it cannot be too large
            lines = [len(name) + len(value) + len(": \r\n") for name, value in self.headers]
            if len(self.url) + sum(lines) > MAX_HEAD_BYTES:
                raise RefusedHeadError(HeadersTooLarge())
        hosts = 0
        for name, _value in self.headers:
            if name == b"host":
                hosts += 1
        if hosts == 1:
            return
        if hosts > 1 or self.parser.get_http_version() == "1.1":
            raise RefusedHeadError(malformed_http())

    def on_body(self, body: bytes) -> None:
        self.size = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        if self.clock is not None:
            self.stop_clock()
        self.part = NONE
        self.size = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if self.clock is not None and not self.is_refused:
            # Until now the client waited for us: its time for the next request begins here.
            self.stop_clock()
            self.start_clock()
        super().on_response_complete()

    # The bounds.

    def start_clock(self) -> None:
        seconds = self.head_seconds if self.part is HEAD else self.body_seconds
        self.clock = self.loop.call_later(seconds, self.time_is_up)

    def stop_clock(self) -> None:
        if self.clock is not None:
            self.clock.cancel()
            self.clock = None

    def time_is_up(self) -> None:
        self.clock = None
        if self.is_answering() or self.flow.read_paused:
            self.start_clock()  # the client waits for us
        else:
            self.refuse(RequestTimeout())

    def is_answering(self) -> bool:
        """An earlier request of this connection still waits for its answer."""
        if self.part is BODY:
            return bool(self.pipeline)
        return self.cycle is not None and not self.cycle.response_complete

    def refuse(self, refusal: Refusal) -> None:
        """Answers instead of the application, and hangs up.

        A client that still writes would lose the answer if we closed the connection at once.
        """
        self.is_refused = True
        self.stop_clock()
        if self.part is not BODY and self.is_answering():
            # The earlier answer is the last one. The client would take this one for it.
            self.cycle.keep_alive = False
        elif self.can_answer():
            self.transport.write(answer_to(refusal, self.url, self.server_state.default_headers))
            self.transport.write_eof()
            self.size = 0
            self.clock = self.loop.call_later(SECONDS_TO_HANG_UP, self.transport.close)
        else:
            self.transport.close()

    def can_answer(self) -> bool:
        """Nobody answers a client that said nothing, or that waits for another answer."""
        if self.part is not BODY:
            return self.part is HEAD
        if self.is_answering() or self.cycle.response_started:
            return False
        self.cycle.disconnected = True  # from now on the application's answer goes nowhere
        self.cycle.message_event.set()
        return True

    def drop(self) -> None:
        if self.size > MAX_UNREAD_BYTES:
            self.transport.close()
