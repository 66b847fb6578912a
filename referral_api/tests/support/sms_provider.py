"""A provider of SMS on the loopback, which takes what Apprise posts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


class SmsProvider(ThreadingHTTPServer):
    """`status` is its answer. While `may_answer` is cleared, it keeps every sender waiting."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Messages)
        self.status = 200
        self.received: list[tuple[str, Any]] = []  # path, body
        self.answered = 0
        self.may_answer = Event()
        self.may_answer.set()

    @property
    def url(self) -> str:
        """For SMS_APPRISE_URL."""
        return f"json://127.0.0.1:{self.server_port}/sms/{{phone}}"

    def on_message(self) -> None:
        """Before the answer; a test may put its own in this place."""


class _Messages(BaseHTTPRequestHandler):
    server: SmsProvider

    def do_POST(self) -> None:
        provider = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        provider.received.append((self.path, body))
        provider.on_message()
        provider.may_answer.wait(30)
        self.send_response(provider.status)
        self.end_headers()
        provider.answered += 1

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def sms_provider() -> Iterator[SmsProvider]:
    with SmsProvider() as provider:
        Thread(target=provider.serve_forever, args=[0.01], daemon=True).start()
        yield provider
        provider.may_answer.set()
        provider.shutdown()
