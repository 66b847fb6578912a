"""Two replicas share nothing but PostgreSQL: what begins at one goes on at the other."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from referral_api.tests.support.pgbouncer import PGBOUNCER, pgbouncer
from referral_api.tests.support.replicas import (
    Replica,
    alternately,
    bearer,
    empty_database,
    replicas,
)
from referral_api.tests.support.servers import database_url

pytestmark = pytest.mark.django_db(transaction=True)
WITHOUT_PGBOUNCER = pytest.mark.skipif(
    not PGBOUNCER, reason="no PgBouncer: install the package `pgbouncer`"
)


@pytest.fixture(
    scope="module", params=["directly", pytest.param("behind PgBouncer", marks=WITHOUT_PGBOUNCER)]
)
def pair(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[list[Replica]]:
    """They migrate the database themselves, and start at the same moment."""
    with django_db_blocker.unblock(), empty_database() as name:
        if request.param == "directly":
            own = connection.connection.info.dbname
            with replicas(database_url().replace(f"/{own}?", f"/{name}?"), 2) as started:
                yield started
        else:
            with (
                pgbouncer(pool_size=2) as bouncer,
                replicas(bouncer.database_url(name), 2) as started,
            ):
                yield started


def statuses(answers: list[int]) -> dict[int, int]:
    return dict(Counter(answers))


def test_a_login_that_began_at_one_ends_at_the_other(pair: list[Replica]) -> None:
    here, there = pair
    asked = here.ask("+79161000001").json()
    assert there.ask("+79161000001").status_code == 429
    session = there.log_in(asked).json()
    assert session["is_new_user"]
    assert here.log_in(asked).json()["code"] == "code_invalid"
    assert here.call("GET", "/profile", auth=bearer(session)).json()["phone"] == "+79161000001"


def test_an_invite_activated_at_one_is_seen_at_the_other(pair: list[Replica]) -> None:
    here, there = pair
    alice = bearer(here.log_in(there.ask("+79161000002").json()).json())
    invite = {"invite_code": there.call("GET", "/profile", auth=alice).json()["invite_code"]}
    for number in range(3):
        friend = bearer(there.log_in(here.ask(f"+7916100001{number}").json()).json())
        assert (
            there.call("POST", "/profile/activate-invite", invite, auth=friend).status_code == 200
        )
        assert here.call("POST", "/profile/activate-invite", invite, auth=friend).status_code == 409
    first = here.call("GET", "/profile/invited-users?limit=2", auth=alice).json()
    second = there.call(
        "GET", f"/profile/invited-users?limit=2&cursor={first['next_cursor']}", auth=alice
    ).json()
    assert [item["phone"][-1] for item in first["items"] + second["items"]] == ["2", "1", "0"]
    assert (first["total"], second["next_cursor"]) == (3, None)


def test_a_session_refreshed_at_one_is_the_same_and_ends_at_the_other(pair: list[Replica]) -> None:
    here, there = pair
    first = here.log_in(there.ask("+79161000003").json()).json()
    second = there.call("POST", "/auth/refresh", {"refresh": first["refresh"]}).json()
    again = here.call("POST", "/auth/refresh", {"refresh": first["refresh"]}).json()
    assert again["refresh"] == second["refresh"]
    assert here.call("POST", "/auth/logout", {"refresh": second["refresh"]}).status_code == 204
    assert there.call("POST", "/auth/refresh", {"refresh": second["refresh"]}).status_code == 401


def test_an_api_token_of_one_opens_the_other_until_it_is_revoked(pair: list[Replica]) -> None:
    here, there = pair
    session = here.log_in(there.ask("+79161000004").json()).json()
    token = f"Token {here.call('POST', '/auth/api-token', auth=bearer(session)).json()['token']}"
    assert there.call("GET", "/profile", auth=token).status_code == 200
    assert there.call("DELETE", "/auth/api-token", auth=token).status_code == 204
    assert here.call("GET", "/profile", auth=token).status_code == 401


def test_of_fifty_right_answers_at_both_one_logs_in(pair: list[Replica]) -> None:
    asked = pair[0].ask("+79161000005").json()
    found = alternately(pair, 50, lambda replica, _: int(replica.log_in(asked).status_code))
    assert statuses(found) == {200: 1, 400: 49}


def test_of_fifty_activations_at_both_one_is_made(pair: list[Replica]) -> None:
    here, there = pair
    alice, bob = (bearer(here.log_in(there.ask(f"+7916100000{n}").json()).json()) for n in (6, 7))
    invite = {"invite_code": here.call("GET", "/profile", auth=alice).json()["invite_code"]}

    def activate(replica: Replica, _number: int) -> int:
        return int(replica.call("POST", "/profile/activate-invite", invite, auth=bob).status_code)

    assert statuses(alternately(pair, 50, activate)) == {200: 1, 409: 49}
    assert there.call("GET", "/profile", auth=alice).json()["invited_users"]["total"] == 1


def test_an_address_gets_its_twenty_sms_from_both_together(pair: list[Replica]) -> None:
    def ask(replica: Replica, number: int) -> int:
        return int(replica.ask(f"+7916200{number:04}", address="198.51.100.2").status_code)

    assert statuses(alternately(pair, 100, ask)) == {202: 20, 429: 80}
