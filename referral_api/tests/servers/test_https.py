"""Where PUBLIC_URL is https://: redirects, HSTS, and what `manage.py check --deploy` says.

On processes of their own, whose settings are their own.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from pytest_django import DjangoDbBlocker

from referral_api.tests.support.deployment_files import ROOT, dotenv
from referral_api.tests.support.servers import database_url, live_server

PRODUCTION = {**dotenv(".ci/production.env"), "SECRET_KEY": os.environ["SECRET_KEY"]}
PAGES = ["/", "/i/K7M2PX", "/admin/login/", "/api/v1/docs"]
PROBES = ["/livez", "/readyz"]
EVERYWHERE = [
    *PAGES,
    *PROBES,
    "/api/v1/profile",
    "/api/v1/openapi.json",
    "/api/v1/nothing",
    "/static/web/page.js",
    "/static/nothing.js",
    "/nothing",
]


def warnings_of(**changes: str) -> set[str]:
    command = [sys.executable, "manage.py", "check", "--deploy"]
    environment = {"PATH": os.environ["PATH"], **PRODUCTION, **changes}
    checked = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return set(re.findall(r"\(([a-z_]+\.[A-Z]\d+)\)", checked.stderr))


def test_production_has_nothing_to_warn_of() -> None:
    assert warnings_of() == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"PUBLIC_URL": "http://a.example"}, {"security.W004", "security.W008"}),
        ({"TRUSTED_PROXIES": "0"}, {"security.W008"}),
        ({"HTTPS_REDIRECT": "false"}, {"security.W008"}),
        ({"HSTS_INCLUDE_SUBDOMAINS": "false"}, {"security.W005"}),
        ({"HSTS_PRELOAD": "false"}, {"security.W021"}),
        ({"DEBUG": "true"}, {"security.W018"}),
    ],
)
def test_the_checks_of_django_see_what_is_unsafe(
    changes: dict[str, str], expected: set[str]
) -> None:
    found = warnings_of(**changes)
    assert expected <= found
    assert not {"security.W001", "security.W002", "security.W003"} & found


@pytest.fixture(scope="module")
def public(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[httpx.Client]:
    """A client of a server whose PUBLIC_URL is https://, behind one proxy."""
    with django_db_blocker.unblock():
        database = database_url()
    https = {"PUBLIC_URL": "https://referral.example", "TRUSTED_PROXIES": 1}
    with (
        live_server(database, **https, HSTS_PRELOAD="true") as server,
        httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize("page", PAGES)
def test_a_page_goes_to_https(page: str, public: httpx.Client) -> None:
    answer = public.get(page)
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://127.0.0.1:{public.base_url.port}{page}"


def test_the_api_is_refused_over_http_and_never_redirected(public: httpx.Client) -> None:
    """A redirect would hide that the code was sent in clear."""
    body, clear = {"phone": "+79161234501", "code": "0427"}, {"X-Forwarded-Proto": "http"}
    for answer in (
        public.post("/api/v1/auth/login", json=body, headers=clear),
        public.get("/api/v1/profile", headers=clear),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "https_required")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "Strict-Transport-Security" not in answer.headers  # RFC 6797 §7.2


def test_the_api_is_served_where_the_proxy_says_nothing_of_the_scheme(public: httpx.Client) -> None:
    assert public.get("/api/v1/openapi.json").status_code == 200


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_needs_no_https(path: str, public: httpx.Client) -> None:
    assert public.get(path, headers={"Host": "10.0.0.1"}).status_code == 200


@pytest.mark.parametrize("path", EVERYWHERE)
def test_over_https_every_answer_asks_browsers_to_stay_there(
    path: str, public: httpx.Client
) -> None:
    answer = public.get(path, headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; preload"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_answer_of_the_api_is_a_page(public: httpx.Client) -> None:
    answer = public.get("/api/v1/openapi.json", headers={"X-Forwarded-Proto": "https"})
    policy = "default-src 'none'; frame-ancestors 'none'"
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (200, policy)


@pytest.mark.django_db(transaction=True)
def test_without_a_proxy_nothing_is_redirected_or_refused() -> None:
    """No request would ever look secure, and the redirect would not end."""
    with (
        live_server(database_url(), PUBLIC_URL="https://referral.example") as server,
        httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client,
    ):
        assert client.get("/").status_code == 200
        assert client.get("/api/v1/profile").status_code == 401
