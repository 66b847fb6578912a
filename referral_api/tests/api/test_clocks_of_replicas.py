"""Two replicas whose clocks differ by some seconds: what one gives out, the other takes at once.

The clock goes back between two calls: the second is then at a replica whose clock is behind.
"""

import pytest
import time_machine
from django.conf import settings

from referral_api.services.pruning import prune
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, Person, log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice_from_ahead(clock: time_machine.Traveller, db: None) -> Person:
    """She logged in at a replica that is four seconds ahead."""
    alice = log_in(ALICE)
    clock.shift(-4)
    return alice


def refresh(token: str) -> dict[str, str]:
    answer = ContractClient().post("/auth/refresh", {"refresh": token})
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_an_access_token_of_a_replica_ahead_opens_at_once(alice_from_ahead: Person) -> None:
    assert alice_from_ahead.client.get("/profile").json()["phone"] == ALICE
    assert alice_from_ahead.client.post("/auth/api-token").status_code == 201


def test_a_refresh_token_of_a_replica_ahead_is_good_at_once(
    alice_from_ahead: Person, clock: time_machine.Traveller
) -> None:
    first = alice_from_ahead.session["refresh"]
    clock.shift(4)
    second = refresh(first)["refresh"]
    clock.shift(-4)
    assert refresh(first)["refresh"] == second
    third = refresh(second)["refresh"]
    logout = ContractClient().post("/auth/logout", {"refresh": third})
    assert logout.status_code == 204


@pytest.mark.parametrize(("seconds", "status"), [(30, 200), (31, 401)])
def test_the_clocks_may_differ_by_half_a_minute(
    seconds: int, status: int, clock: time_machine.Traveller, db: None
) -> None:
    alice = log_in(ALICE)
    clock.shift(-seconds)
    assert alice.client.get("/profile").status_code == status
    answer = ContractClient().post("/auth/refresh", {"refresh": alice.session["refresh"]})
    assert answer.status_code == status


def test_prune_leaves_a_session_that_a_replica_behind_still_takes(
    clock: time_machine.Traveller, db: None
) -> None:
    alice = log_in(ALICE)
    clock.shift(settings.REFRESH_TOKEN_TTL)
    prune()
    clock.shift(-4)
    assert refresh(alice.session["refresh"])
