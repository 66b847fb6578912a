"""A provider of SMS on the loopback, which answers as a test tells it."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_bytes
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl

WEBHOOK_SECRET = f"whsec_{b64encode(token_bytes(32)).decode()}"  # a new one in each run


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None  # JSON, or bytes as they are
    closes: bool = False  # the connection, without a word


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]  # their names in small letters
    raw: bytes

    @property
    def fields(self) -> dict[str, str]:
        """Of the JSON or of the form."""
        if self.headers["content-type"] == "application/json":
            return dict(json.loads(self.raw))
        return dict(parse_qsl(self.raw.decode()))


class SmsProvider(ThreadingHTTPServer):
    """While `may_answer` is cleared, it keeps every sender waiting."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Messages)
        self.reply = Reply(200)
        self.received: list[Received] = []
        self.connections = 0
        self.answered = 0
        self.may_answer = Event()
        self.may_answer.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sms"

    @property
    def webhook(self) -> str:
        """For SMS_SENDERS."""
        return f"webhook+{self.url}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that did not wait for the answer is what some tests are about."""

    def reply_to(self, received: Received) -> Reply:
        return self.reply

    def on_message(self) -> None:
        """Before the answer; a test may put its own in this place."""


class _Messages(BaseHTTPRequestHandler):
    server: SmsProvider
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        provider = self.server
        headers = {name.lower(): value for name, value in self.headers.items()}
        raw = self.rfile.read(int(headers["content-length"]))
        received = Received(self.path, headers, raw)
        provider.received.append(received)
        provider.on_message()
        provider.may_answer.wait(30)
        reply = provider.reply_to(received)
        self.close_connection = reply.closes
        if not reply.closes:
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Set-Cookie", "tracked=1")
            self.end_headers()
            self.wfile.write(body)
        provider.answered += 1

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def sms_provider(kind: type[SmsProvider] = SmsProvider) -> Iterator[SmsProvider]:
    with kind() as provider:
        Thread(target=provider.serve_forever, args=[0.01], daemon=True).start()
        yield provider
        provider.may_answer.set()
        provider.shutdown()
