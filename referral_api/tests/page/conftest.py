"""Fixtures of the tests in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from referral_api.tests.support.browser import (
    Person,
    Visit,
    chromium,
    django_beside_playwright,
)


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with chromium() as browser, django_beside_playwright():
        yield browser


@pytest.fixture
def visit(window: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Visit]:
    """Somebody opens a browser; at the end none of them has seen an error."""
    settings.PUBLIC_URL, people = live_server.url, list[Person]()

    def begin(path: str = "/", **context: Any) -> Person:
        people.append(Person(window, live_server.url, **context))
        return people[-1].open(path)

    yield begin
    for person in people:
        person.leave()
