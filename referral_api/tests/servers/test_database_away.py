"""While the database is away the service answers 503, and it recovers by itself."""

from functools import partial

import httpx
import pytest

from referral_api.tests.support.broken_network import database_proxy
from referral_api.tests.support.contract import validate
from referral_api.tests.support.people import ALICE, BOB
from referral_api.tests.support.servers import LiveServer, database_url, live_server, log_in
from referral_api.tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


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
    with database_proxy() as way:
        database = database_url(host="127.0.0.1", port=way.port)
        with (
            live_server(database, SMS_DELAY_MIN=0, SMS_DELAY_MAX=0, DEBUG=debug) as server,
            server.client() as client,
        ):
            bearer = log_in(client, ALICE)
            way.cut()
            for _ in range(3):
                assert is_unavailable(client.get("/profile", headers=bearer))
                assert is_unavailable(client.post("/auth/code", json={"phone": BOB}))
                assert is_unavailable(client.get("/profile", headers={"Authorization": "Token x"}))
            assert not is_ready(server)
            assert httpx.get(f"{server.url}/livez", trust_env=False).is_success
            way.open()
            wait_until(partial(is_ready, server))
            answers = [client.get("/profile", headers=bearer) for _ in range(8)]
            assert [answer.status_code for answer in answers] == [200] * 8
