"""What is not the API: the share link, the API's documentation, the probes.

Nothing comes from another host.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from backend.paths import is_page
from referral_api.tests.support.asgi_client import ASGIClient
from referral_api.tests.support.contract import document
from referral_api.tests.support.people import Person

pytestmark = pytest.mark.django_db
WEB = Path(__file__).parents[2] / "web/static/web"
DOCS = ["/api/v1/redoc", "/api/v1/docs"]


@pytest.fixture
def web() -> Client:
    return Client()


class Loaded(HTMLParser):
    """What a page makes a browser load, and what it runs without loading."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "img", "iframe", "source", "video", "audio"} and given.get("src"):
            self.addresses.append(str(given["src"]))
        elif tag == "link":
            self.addresses.append(str(given["href"]))
        elif tag in {"script", "style"} and given.get("type") != "application/json":
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", [*DOCS, "/"])
def test_a_page_loads_only_what_this_service_serves(path: str, web: Client) -> None:
    answer = web.get(path)
    loaded = Loaded(answer.content.decode())
    assert answer.status_code == 200
    assert loaded.inline == []
    for address in loaded.addresses:
        assert re.match(r"/(?!/)|data:", address), address
        if address.startswith("/"):
            assert web.get(address).status_code == 200, address


@pytest.mark.parametrize("path", [*DOCS, "/", "/admin/login/"])
def test_a_page_may_load_nothing_from_elsewhere(path: str, web: Client) -> None:
    policy = web.get(path)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    directives = dict(directive.strip().partition(" ")[::2] for directive in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"


@pytest.mark.parametrize(
    ("page", "script"), [("/api/v1/redoc", "redoc.js"), ("/api/v1/docs", "swagger.js")]
)
def test_the_documentation_reads_the_document(page: str, script: str, web: Client) -> None:
    html = web.get(page).content.decode()
    assert any(address.endswith(f"/{script}") for address in Loaded(html).addresses)
    assert "/api/v1/openapi.json" in html + (WEB / script).read_text()


def test_the_document_is_served_as_it_is(web: Client) -> None:
    answer = web.get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (
        200,
        "application/json",
    )
    assert answer.json() == document()


@pytest.mark.parametrize(
    "code",
    ["K7M2PX", "unknown", "a%20b", "%3Cscript%3E", "x&y=1", "😀", "%0d%0aSet-Cookie:x", "K" * 200],
)
def test_a_share_link_leads_to_the_page_whatever_its_code(code: str, web: Client) -> None:
    answer = web.get(f"/i/{code}")
    assert answer.status_code == 302
    assert re.fullmatch(r"/\?invite=[-\w.~%+]*", answer["Location"])


def test_a_share_link_asks_the_database_nothing(
    web: Client, alice: Person, django_assert_num_queries: Any
) -> None:
    code = alice.invite_code
    with django_assert_num_queries(0):
        known, unknown = web.get(f"/i/{code}"), web.get("/i/K7M2PX")
    assert known["Location"] == f"/?invite={code}"
    assert (known.status_code, dict(known.headers) | {"Location": ""}) == (
        unknown.status_code,
        dict(unknown.headers) | {"Location": ""},
    )


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_the_probes_answer(path: str, web: Client) -> None:
    assert (web.get(path).status_code, web.get(path).content) == (200, b"ok\n")


@pytest.mark.parametrize(
    "path", ["/static/web/page.js", "/livez", "/readyz", "/api/v1/profile", "/nothing"]
)
def test_every_answer_forbids_to_guess_its_type(path: str, web: Client) -> None:
    client = web if is_page(path) else ASGIClient()
    answer = client.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in answer  # PUBLIC_URL is http://


@pytest.mark.parametrize("path", ["/", "/i/K7M2PX", *DOCS])
def test_a_page_cannot_be_posted_to(path: str, web: Client) -> None:
    answer = web.post(path)
    assert (answer.status_code, "GET" in answer["Allow"]) == (405, True)


@pytest.mark.parametrize("path", [*DOCS, "/", "/admin/login/"])
def test_a_page_carries_the_headers_of_a_page(path: str, web: Client) -> None:
    answer = web.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
