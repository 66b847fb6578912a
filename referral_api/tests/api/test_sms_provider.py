"""A real sender, against a provider of our own on the loopback."""

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from pytest_django import Settings

from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE

pytestmark = pytest.mark.django_db


class Provider(HTTPServer):
    """Takes what Apprise posts; `status` is its answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Messages)
        self.status = 200
        self.received: list[tuple[str, Any]] = []


class Messages(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append((self.path, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    server = Provider()
    Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_SENDER = "apprise"
    settings.SMS_APPRISE_URL = f"json://127.0.0.1:{server.server_port}/sms/{{phone}}"
    yield server
    server.shutdown()
    server.server_close()


def test_the_provider_gets_the_phone_and_the_code(api: ContractClient, provider: Provider) -> None:
    assert api.post("/auth/code", {"phone": ALICE}).status_code == 202
    ((path, body),) = provider.received
    assert path.endswith((ALICE, ALICE.replace("+", "%2B")))
    code = body["message"].removeprefix("Your code: ")
    assert api.post("/auth/login", {"phone": ALICE, "code": code}).status_code == 200


def test_a_failing_provider_is_a_502_and_nothing_of_it_is_logged(
    api: ContractClient, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.status = 500
    with caplog.at_level(logging.WARNING):
        assert api.post("/auth/code", {"phone": ALICE}).json()["code"] == "sms_failed"
    assert ALICE[1:] not in caplog.text
