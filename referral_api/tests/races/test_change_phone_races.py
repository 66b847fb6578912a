"""Changes of phones at the same moment as each other, a login and a deletion."""

from functools import partial

import pytest

from referral_api.models import User
from referral_api.tests.support.people import ALICE, BOB, Person, Requester
from referral_api.tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5
NEW = "+79161234510"


def change(person: Person, requester: Requester) -> int:
    body = {
        "phone": requester.phone,
        "code": requester.code,
        "request_id": requester.request_id,
    }
    return int(person.client.put("/profile/phone", body).status_code)


def delete(person: Person) -> int:
    return int(person.client.delete("/profile").status_code)


def log_in_with(requester: Requester) -> int:
    status, _body = requester.bound(requester.code)
    return status


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_two_who_want_one_phone_one_gets_it(turn: int, alice: Person, bob: Person) -> None:
    known = Requester(NEW)
    statuses = race(partial(change, alice, known), partial(change, bob, known))
    assert sorted(statuses) == [200, 400]  # the code is used
    assert User.objects.filter(phone=NEW).count() == 1


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_who_swap_their_phones_are_both_refused(turn: int, alice: Person, bob: Person) -> None:
    swap = [partial(change, alice, Requester(BOB)), partial(change, bob, Requester(ALICE))]
    assert race(*swap) == [409, 409]


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_login_to_the_new_phone_and_the_change_use_the_code_once(
    turn: int, alice: Person
) -> None:
    requester = Requester(NEW)
    statuses = race(partial(change, alice, requester), partial(log_in_with, requester))
    assert sorted(statuses) == [200, 400]
    assert User.objects.filter(phone=NEW).count() == 1


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_deletion_takes_the_phone_with_it_old_or_new(turn: int, alice: Person) -> None:
    requester = Requester(NEW)
    status, deleted = race(partial(change, alice, requester), partial(delete, alice))
    assert deleted == 204
    assert status in {200, 401}
    assert not User.objects.filter(phone__isnull=False).exists()
