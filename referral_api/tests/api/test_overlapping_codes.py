"""A code that was sent opens until the moment that its answer named, also beside a newer one."""

import pytest
import time_machine

from referral_api.models import LoginChallenge, WrongTries
from referral_api.tests.support.people import ALICE, Requester

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(clock: time_machine.Traveller) -> tuple[Requester, Requester]:
    """A code of the owner, and 235 seconds later a newer one, that a stranger asked for."""
    owner = Requester()
    clock.shift(235)
    return owner, Requester()


Two = tuple[Requester, Requester]


def test_the_older_code_opens_to_its_end(two: Two, clock: time_machine.Traveller) -> None:
    owner, _stranger = two
    clock.shift(64.9)
    assert owner.bound(owner.code)[0] == 200


def test_the_older_code_ends_when_it_was_said_to(two: Two, clock: time_machine.Traveller) -> None:
    owner, stranger = two
    clock.shift(65)
    assert owner.bound(owner.code)[1]["code"] == "code_expired"
    assert stranger.bound(stranger.code)[0] == 200


def test_without_the_request_id_both_open(two: Two) -> None:
    owner, stranger = two
    assert owner.code != stranger.code
    assert owner.unbound(owner.code)[0] == 200


def test_a_login_ends_both(two: Two) -> None:
    owner, stranger = two
    assert owner.bound(owner.code)[0] == 200
    assert stranger.bound(stranger.code)[1]["code"] == "code_expired"
    assert stranger.unbound(stranger.code)[1]["code"] == "code_invalid"


def test_a_request_id_opens_its_own_code_alone(two: Two) -> None:
    owner, stranger = two
    assert owner.bound(stranger.code)[1]["code"] == "code_invalid"


def test_one_guess_at_both_costs_a_shared_try_of_each(two: Two) -> None:
    owner, stranger = two
    assert owner.unbound("99999999")[0] == 400
    assert list(LoginChallenge.objects.values_list("shared_tries", flat=True)) == [2, 2]
    assert WrongTries.objects.get(phone=ALICE).tries == 2
    for _ in range(2):
        owner.unbound("99999999")
    assert owner.unbound(stranger.code)[0] == 400  # three shared tries at the newer code, no more
    assert owner.unbound(owner.code)[0] == 400
    assert owner.bound(owner.code)[0] == 200


def test_tries_that_an_older_code_still_allows_count_for_the_length_of_a_newer_one(
    clock: time_machine.Traveller,
) -> None:
    """Else an attacker could ask for a short code first, and spend the tries of both after that."""
    first = Requester()
    for _ in range(2):
        clock.shift(60)
        Requester()  # the same code: nine tries of requests, and nine to share
    clock.shift(110)
    assert len(Requester().code) == 6
    assert first.bound(first.code)[0] == 200


def test_one_unused_code_makes_the_next_one_no_longer(two: Two) -> None:
    _owner, stranger = two
    assert len(stranger.code) == 4
