"""A deletion at the same moment as a login, an activation, a refresh, a code request and others.

Each comes before the deletion or after it, and no total is wrong afterwards.
"""

from functools import partial
from typing import Any

import pytest
from django.db.models import Count, F
from rest_framework.authtoken.models import Token

from referral_api.models import Activation, LoginChallenge, Session, User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Person, Requester, log_in
from referral_api.tests.support.races import race, stranger

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def deletion(person: Person) -> partial[Any]:
    return partial(person.client.delete, "/profile")


def nothing_is_left_of_the_deleted() -> None:
    gone = User.objects.filter(phone=None)
    assert not Session.objects.filter(user__in=gone).exists()
    assert not Token.objects.filter(user__in=gone).exists()
    assert not Activation.objects.filter(invited_user__in=gone).exists()
    counted = User.objects.annotate(counted=Count("activations"))
    assert not counted.exclude(invited_total=F("counted")).exists()


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_login_is_of_the_old_account_or_makes_a_new_one(turn: int, alice: Person) -> None:
    requester = Requester(ALICE)
    login = partial(requester.bound, requester.code)
    deleted, (status, session) = race(deletion(alice), login)
    assert deleted.status_code == 204
    assert status in {200, 400}
    if status == 200:
        profile = ContractClient(bearer=session["access"]).get("/profile")
        assert profile.status_code == (200 if session["is_new_user"] else 401)
    nothing_is_left_of_the_deleted()


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_the_inviter_is_deleted_while_others_activate(
    turn: int, alice: Person, bob: Person, charlie: Person
) -> None:
    code = alice.invite_code
    calls = [partial(person.activate, code) for person in (bob, charlie)]
    deleted, *answers = race(deletion(alice), *calls)
    assert deleted.status_code == 204
    for person, answer in zip((bob, charlie), answers, strict=True):
        assert answer.status_code in {200, 404}
        kept = code if answer.status_code == 200 else None
        assert person.profile()["activated_invite_code"] == kept
    nothing_is_left_of_the_deleted()


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_the_invited_is_deleted_while_they_activate(turn: int, alice: Person, bob: Person) -> None:
    activation = partial(bob.activate, alice.invite_code)
    deleted, activated = race(deletion(bob), activation)
    assert deleted.status_code == 204
    assert activated.status_code in {200, 401}
    assert alice.profile()["invited_users"]["total"] == 0
    nothing_is_left_of_the_deleted()


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_who_invited_each_other_are_deleted_at_once(
    turn: int, alice: Person, bob: Person, charlie: Person
) -> None:
    alice.activate(bob.invite_code)
    bob.activate(alice.invite_code)
    third = partial(charlie.activate, alice.invite_code)
    *deleted, activated = race(deletion(alice), deletion(bob), third)
    assert [answer.status_code for answer in deleted] == [204, 204]
    assert activated.status_code in {200, 404}
    nothing_is_left_of_the_deleted()


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_refresh_and_a_new_api_token_leave_nothing(turn: int, alice: Person) -> None:
    refresh = partial(stranger(1).post, "/auth/refresh", {"refresh": alice.session["refresh"]})
    token = partial(stranger(2, bearer=alice.session["access"]).post, "/auth/api-token")
    deleted, refreshed, created = race(deletion(alice), refresh, token)
    assert deleted.status_code in {204, 401}
    assert refreshed.status_code in {200, 401}
    assert created.status_code in {201, 401}
    assert not User.objects.filter(phone=ALICE).exists()
    nothing_is_left_of_the_deleted()


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_code_request_is_erased_or_comes_after(turn: int, alice: Person) -> None:
    requester = Requester(ALICE)
    device = {"phone": ALICE, "device_token": alice.session["device_token"]}
    wrong = partial(requester.unbound, requester.wrong)
    deleted, requested, (status, _body) = race(
        deletion(alice), partial(stranger(1).post, "/auth/code", device), wrong
    )
    assert (deleted.status_code, requested.status_code, status) == (204, 202, 400)
    lanes = LoginChallenge.objects.filter(phone=ALICE).values_list("lane", flat=True)
    assert len(lanes) <= 1
    assert log_in(BOB).session["is_new_user"]


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_ten_deletions_at_once_are_one(turn: int, alice: Person, bob: Person) -> None:
    alice.activate(bob.invite_code)
    clients = [stranger(n, bearer=alice.session["access"]) for n in range(10)]
    answers = race(*(partial(client.delete, "/profile") for client in clients))
    assert sorted(answer.status_code for answer in answers) == [204] + [401] * 9
    nothing_is_left_of_the_deleted()
