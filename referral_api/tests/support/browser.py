"""People in front of real browsers.

Every page fails its test on an error of a script or a request to another host.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

CHROMIUM = next(
    (p for p in map(Path, ("/usr/bin/chromium", "/usr/bin/google-chrome")) if p.exists()), None
)
QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
)
ARGS = [*QUIET, "--disable-sync", "--no-first-run"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def readable(phone: str) -> str:
    """How the page shows a Russian phone."""
    return f"{phone[:2]} {phone[2:5]} {phone[5:8]}-{phone[8:10]}-{phone[10:]}"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser, or else the one that `playwright install chromium` fetched."""
    with sync_playwright() as playwright:
        executable = CHROMIUM or Path(playwright.chromium.executable_path)
        if not executable.exists():
            pytest.skip(
                "no Chromium: install the package `chromium`, or run `playwright install chromium`"
            )
        browser = playwright.chromium.launch(executable_path=executable, args=ARGS)
        yield browser
        browser.close()


@contextmanager
def django_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread; Django's tests clear the database in it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Person:
    """Does what a hand does, and counts it."""

    def __init__(self, browser: Browser, home: str, **context: Any) -> None:
        self.home, self.actions, self.faults = home, 0, list[str]()
        options: dict[str, Any] = {
            "locale": "en-US",
            "viewport": {"width": 1280, "height": 900},
            **context,
        }
        self.context = browser.new_context(**options)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.new_tab()

    def new_tab(self) -> Page:
        return self._watched(self.context.new_page())

    def tab_from_here(self, path: str = "/") -> "Person":
        """The same person in a tab that this one opens: it gets a copy of the sessionStorage."""
        with self.context.expect_page() as opened:
            self.page.evaluate("(path) => void window.open(path)", path)
        there = copy(self)
        there.page = self._watched(opened.value)
        return there

    def _watched(self, page: Page) -> Page:
        page.set_default_timeout(10_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._asked)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        """The browser also reports each refusal of the API here; those are tested on the page."""
        if message.type in {"error", "warning"} and not message.text.startswith(
            "Failed to load resource"
        ):
            self.faults.append(message.text)

    def _asked(self, request: Request) -> None:
        ours = urlsplit(self.home).netloc
        if urlsplit(request.url).scheme.startswith("http") and urlsplit(request.url).netloc != ours:
            self.faults.append(f"asked another host: {request.url}")

    def open(self, path: str = "/") -> "Person":
        self.actions += 1
        self.page.goto(path if path.startswith("http") else self.home + path)
        return self

    def type(self, label: str, text: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def click(self, name: str) -> None:
        self.actions += 1
        self.page.get_by_role("button", name=name, exact=True).click()

    def ask_for_code(self, phone: str) -> None:
        self.type("Phone number", phone)
        self.press("Enter")
        self.sees_heading("Enter the code")

    def log_in(self, phone: str) -> "Person":
        self.ask_for_code(phone)
        self.click("Use this code")
        self.sees_heading("Your profile")
        return self

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def sees_heading(self, name: str) -> None:
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def text_of(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def has_no_barrier(self) -> None:
        """axe-core: WCAG 2.2 AA and its best practices."""
        found = Axe().run(self.page, options={"runOnly": WCAG})
        assert found.violations_count == 0, found.generate_report()

    def leave(self) -> None:
        self.context.close()
        assert self.faults == []


Visit = Callable[..., Person]


class Wire:
    """The way of a page's requests to one address, which a test can cut and join at any time.

    The page is loaded anew behind its route. Chromium tells a page that is already open of a new
    route, but does not wait for it: a key pressed at once can still send a request past the route.
    """

    def __init__(self, person: Person, pattern: str) -> None:
        self.instead: Callable[[Route], None] = Route.continue_
        self.held: list[Route] = []
        person.page.route(pattern, self._pass)
        person.page.reload()

    def _pass(self, route: Route) -> None:
        self.instead(route)

    def cut(self) -> None:
        self.instead = lambda route: route.abort("internetdisconnected")

    def answer(self, status: int, body: str) -> None:
        """The answer of a proxy in front of a service that is down."""
        self.instead = lambda route: route.fulfill(
            status=status, body=body, content_type="text/html"
        )

    def hold(self) -> None:
        """Requests wait from now on, until `join`."""
        self.instead = self.held.append

    def join(self) -> None:
        self.instead = Route.continue_
        while self.held:
            self.held.pop(0).continue_()
