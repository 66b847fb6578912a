"""ADMIN_ENABLED=false: there is no admin, and nothing else changes."""

import os
import subprocess
import sys

import httpx
import pytest

from referral_api.tests.support.contract import document
from referral_api.tests.support.deployment_files import ROOT, dotenv
from referral_api.tests.support.servers import database_url, live_server

CHECK = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
GONE = ["/admin", "/admin/", "/admin/login/", "/admin/jsi18n/", "/static/admin/css/base.css"]


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_admin_is_served_and_all_else_is() -> None:
    with (
        live_server(database_url(), ADMIN_ENABLED="false") as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        for path in GONE:
            assert client.get(path).status_code == 404, path
        assert client.post("/admin/login/", data={"username": "x"}).status_code == 404
        for path in ("/", "/static/web/page.css", "/api/v1/docs", "/readyz"):
            assert client.get(path).status_code == 200, path
        assert client.get("/api/v1/openapi.json").json()["paths"] == document()["paths"]


def test_the_checks_have_nothing_to_say_of_it() -> None:
    environment = {"PATH": os.environ["PATH"], **dotenv(".ci/production.env")}
    environment["SECRET_KEY"] = os.environ["SECRET_KEY"]
    environment["ADMIN_ENABLED"] = "false"
    checked = subprocess.run(
        CHECK, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
