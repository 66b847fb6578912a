"""A page of another site, in a real browser, cannot make its visitors send requests that count."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.tests.support.browser import chromium, django_beside_playwright
from referral_api.tests.support.people import ALICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_CORS = """([url, type, body]) => fetch(url, {
    method: "POST", mode: "no-cors", headers: type ? {"Content-Type": type} : {}, body,
})"""
CORS = """([url, body]) => fetch(url, {
    method: "POST", headers: {"Content-Type": "application/json"}, body,
}).then(() => "answered", () => "refused by the browser")"""
BEACON = "([url, body]) => navigator.sendBeacon(url, body)"
FORM = """([url, body]) => {
    const form = document.createElement("form");
    const field = document.createElement("input");
    [form.method, form.action, form.enctype] = ["post", url, "text/plain"];
    [field.name, field.value] = [body.slice(0, -1) + ', "x": "', '"}'];
    form.append(field);
    document.body.append(form);
    form.submit();
}"""


class EmptyPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>elsewhere</title>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        pass


@contextmanager
def another_site() -> Iterator[str]:
    """Its address. The product is at `localhost`, which is another site."""
    with HTTPServer(("127.0.0.1", 0), EmptyPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with chromium() as browser, django_beside_playwright():
        yield browser


@pytest.fixture
def foreign(window: Browser) -> Iterator[Page]:
    with another_site() as address:
        page = window.new_page()
        page.goto(address)
        yield page
        page.close()


@pytest.fixture
def target(live_server: LiveServer) -> str:
    return f"{live_server.url}/api/v1/auth/code"


BODY = f'{{"phone": "{ALICE}"}}'


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json"])
def test_a_request_without_preflight_is_refused(
    content_type: str, foreign: Page, target: str, sent: SmsOutbox
) -> None:
    with foreign.expect_response(target) as answer:
        foreign.evaluate(NO_CORS, [target, content_type, BODY])
    assert (answer.value.request.method, answer.value.status) == ("POST", 415)
    assert sent.messages == []


def test_a_request_that_says_json_is_not_sent(foreign: Page, target: str, sent: SmsOutbox) -> None:
    assert foreign.evaluate(CORS, [target, BODY]) == "refused by the browser"
    assert sent.messages == []


@pytest.mark.parametrize("way", [BEACON, FORM], ids=["beacon", "form"])
def test_beacons_and_forms_are_refused(
    way: str, foreign: Page, target: str, sent: SmsOutbox
) -> None:
    with foreign.expect_response(target) as answer:
        foreign.evaluate(way, [target, BODY])
    assert (answer.value.request.method, answer.value.status) == ("POST", 415)
    assert sent.messages == []
