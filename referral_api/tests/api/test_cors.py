"""Pages of other origins call the API where the settings name them. On a real server."""

import httpx
import pytest

from referral_api.tests.support.servers import database_url, live_server

pytestmark = pytest.mark.django_db(transaction=True)
APP, STRANGER = "https://app.example.org", "https://stranger.example.org"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


def allowed_origin(answer: httpx.Response) -> str | None:
    origin: str | None = answer.headers.get("Access-Control-Allow-Origin")
    return origin


def test_a_named_origin_may_call_and_a_stranger_may_not() -> None:
    with live_server(database_url(), CORS_ALLOWED_ORIGINS=APP) as server, server.client() as client:
        preflight = client.options("/auth/code", headers={"Origin": APP, **PREFLIGHT})
        assert (preflight.status_code, allowed_origin(preflight)) == (200, APP)
        assert "content-type" in preflight.headers["Access-Control-Allow-Headers"]
        answer = client.get("/profile", headers={"Origin": APP})
        assert (answer.status_code, allowed_origin(answer)) == (401, APP)
        assert "WWW-Authenticate" in answer.headers["Access-Control-Expose-Headers"]
        assert {"origin", "accept-language"} <= {
            name.strip().lower() for name in answer.headers["Vary"].split(",")
        }
        assert allowed_origin(client.get("/profile", headers={"Origin": STRANGER})) is None


def test_by_default_no_other_origin_may_call() -> None:
    with live_server(database_url()) as server, server.client() as client:
        assert allowed_origin(client.get("/profile", headers={"Origin": APP})) is None
