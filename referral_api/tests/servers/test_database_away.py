"""While the database is away the service answers 503, and it recovers by itself. On a real server."""

import time

import httpx
import pytest

from referral_api.tests.support.broken_network import relay
from referral_api.tests.support.contract import validate
from referral_api.tests.support.servers import LiveServer, database_url, live_server

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"phone": "+79161234501"}


def is_unavailable(answer: httpx.Response) -> bool:
    validate(answer.json(), {"$ref": "#/components/schemas/Problem"})
    found = (answer.status_code, answer.headers["Content-Type"], answer.json()["code"])
    retry_after = int(answer.headers["Retry-After"])
    return (
        found == (503, "application/problem+json", "unavailable")
        and retry_after == answer.json()["retry_after"]
    )


def is_ready(server: LiveServer) -> bool:
    return httpx.get(f"{server.url}/readyz", trust_env=False).is_success


@pytest.mark.parametrize("debug", ["false", "true"])
def test_a_lost_database_is_a_503_until_it_is_back(debug: str) -> None:
    with relay() as way:
        database = database_url(host="127.0.0.1", port=way.port)
        with (
            live_server(database, SMS_DELAY_MIN=0, SMS_DELAY_MAX=0, DEBUG=debug) as server,
            server.client() as client,
        ):
            bearer = log_in(client)
            way.cut()
            for _ in range(3):
                assert is_unavailable(client.get("/profile", headers=bearer))
                assert is_unavailable(client.post("/auth/code", json={"phone": "+79161234502"}))
                assert is_unavailable(client.get("/profile", headers={"Authorization": "Token x"}))
            assert not is_ready(server)
            assert httpx.get(f"{server.url}/livez", trust_env=False).is_success
            way.open()
            deadline = time.monotonic() + 5
            while not is_ready(server) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert [client.get("/profile", headers=bearer).status_code for _ in range(8)] == [
                200
            ] * 8


def log_in(client: httpx.Client) -> dict[str, str]:
    code = client.post("/auth/code", json=PHONE).json()["code"]
    session = client.post("/auth/login", json=PHONE | {"code": code}).json()
    return {"Authorization": f"Bearer {session['access']}"}
