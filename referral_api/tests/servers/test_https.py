"""Where PUBLIC_URL is https://: redirects, HSTS, and what `manage.py check --deploy` says.

On processes of their own, whose settings are their own.
"""

import os
import re
import subprocess
import sys

import httpx
import pytest

from referral_api.tests.support.deployment_files import ROOT, dotenv
from referral_api.tests.support.servers import database_url, live_server

PRODUCTION = {**dotenv(".ci/production.env"), "SECRET_KEY": os.environ["SECRET_KEY"]}
PAGES = ["/", "/i/K7M2PX", "/admin/login/", "/api/v1/docs"]


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


@pytest.mark.django_db(transaction=True)
def test_pages_go_to_https_and_the_api_and_the_probes_stay() -> None:
    public = {"PUBLIC_URL": "https://referral.example", "TRUSTED_PROXIES": 1}
    by_https = {"X-Forwarded-Proto": "https"}
    with (
        live_server(database_url(), **public) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        for page in PAGES:
            answer = client.get(page)
            assert answer.status_code == 301
            assert answer.headers["Location"] == server.url.replace("http:", "https:") + page
        home = client.get("/", headers=by_https)
        assert home.status_code == 200
        assert home.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert client.get("/api/v1/profile").status_code == 401
        assert client.get("/api/v1/openapi.json").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_without_a_proxy_no_page_is_redirected() -> None:
    """No request would ever look secure, and the redirect would not end."""
    with live_server(database_url(), PUBLIC_URL="https://referral.example") as server:
        assert httpx.get(f"{server.url}/", trust_env=False).status_code == 200
