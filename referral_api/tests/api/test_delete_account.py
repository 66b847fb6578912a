"""A user deletes their account: nothing of the phone stays, and no total is wrong."""

from datetime import timedelta

import pytest
import time_machine
from django.db.models import Count, F
from pytest_django import Settings
from rest_framework.authtoken.models import Token

from referral_api.models import ActivatedPhone, User
from referral_api.services import pruning
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.dumps import dump
from referral_api.tests.support.people import ALICE, BOB, Person, Requester, log_in

pytestmark = pytest.mark.django_db


def delete(person: Person) -> None:
    answer = person.client.delete("/profile")
    assert answer.status_code == 204, answer.content


def test_a_dump_has_no_trace_of_the_phone_in_any_spelling(alice: Person, bob: Person) -> None:
    alice.client.post("/auth/api-token")
    bob.activate(alice.invite_code)
    alice.activate(bob.invite_code)
    requester = Requester(ALICE)
    requester.bound(requester.wrong)
    assert ALICE[2:] in dump()
    delete(alice)
    assert ALICE[2:] not in dump()
    assert BOB in dump()
    assert not Token.objects.exists()


def test_a_deleted_account_opens_nothing_any_more(alice: Person) -> None:
    token = alice.client.post("/auth/api-token").json()["token"]
    delete(alice)
    assert alice.client.get("/profile").status_code == 401
    assert alice.client.delete("/profile").status_code == 401
    assert alice.client.post("/auth/api-token").status_code == 401
    assert ContractClient(token=token).get("/profile").status_code == 401
    refresh = ContractClient().post("/auth/refresh", {"refresh": alice.session["refresh"]})
    assert refresh.status_code == 401


def test_the_invited_keep_the_code_that_nobody_can_activate_any_more(
    alice: Person, bob: Person, charlie: Person
) -> None:
    code = alice.invite_code
    bob.activate(code)
    delete(alice)
    assert bob.profile()["activated_invite_code"] == code
    answer = charlie.activate(code)
    assert (answer.status_code, answer.json()["code"]) == (404, "invite_unknown")


def test_the_inviter_loses_the_deleted(alice: Person, bob: Person, charlie: Person) -> None:
    for invited in (bob, charlie):
        invited.activate(alice.invite_code)
    delete(bob)
    page = alice.profile()["invited_users"]
    assert (page["total"], [one["phone"] for one in page["items"]]) == (1, [charlie.phone])
    counted = User.objects.annotate(counted=Count("activations"))
    assert not counted.exclude(invited_total=F("counted")).exists()


def test_two_who_invited_each_other_can_both_go(alice: Person, bob: Person) -> None:
    alice.activate(bob.invite_code)
    bob.activate(alice.invite_code)
    for person in (alice, bob):
        delete(person)
    assert list(User.objects.values_list("invited_total", flat=True)) == [0, 0]


def test_the_phone_comes_back_as_a_new_user_with_another_code(alice: Person) -> None:
    code = alice.invite_code
    delete(alice)
    back = log_in(ALICE)
    assert back.session["is_new_user"]
    assert back.invite_code != code
    assert User.objects.filter(invite_code=code, phone=None).exists()


def test_a_phone_that_had_activated_a_code_activates_no_other(
    alice: Person, bob: Person, charlie: Person
) -> None:
    bob.activate(alice.invite_code)
    for _ in range(2):  # also after it was deleted again
        delete(bob)
        bob = log_in(BOB)
        answer = bob.activate(charlie.invite_code)
        assert (answer.status_code, answer.json()["code"]) == (409, "invite_already_activated")
        assert "activated_invite_code" not in answer.json()
    assert charlie.profile()["invited_users"]["total"] == 0


def test_a_phone_that_had_activated_none_may_do_so_later(alice: Person, bob: Person) -> None:
    delete(bob)
    assert not ActivatedPhone.objects.exists()
    assert log_in(BOB).activate(alice.invite_code).status_code == 200


def test_after_four_hundred_days_nothing_of_the_phone_is_known(
    clock: time_machine.Traveller, alice: Person, bob: Person
) -> None:
    bob.activate(alice.invite_code)
    delete(bob)
    clock.shift(timedelta(days=400))
    assert log_in(BOB).activate(log_in(ALICE).invite_code).status_code == 200
    assert pruning.prune()["activatedphone"] == 1


def test_a_login_of_ten_minutes_ago_is_not_recent_however_often_it_was_refreshed(
    clock: time_machine.Traveller, alice: Person
) -> None:
    clock.shift(601)
    refresh = {"refresh": alice.session["refresh"]}
    access = ContractClient().post("/auth/refresh", refresh).json()["access"]
    answer = ContractClient(bearer=access).delete("/profile")
    assert (answer.status_code, answer.json()["code"]) == (403, "login_not_recent")
    delete(log_in(ALICE))


def test_a_login_of_just_ten_minutes_ago_is_recent(
    clock: time_machine.Traveller, alice: Person
) -> None:
    clock.shift(600)
    delete(alice)


def test_neither_an_api_token_nor_a_session_that_has_ended_deletes(
    alice: Person, settings: Settings
) -> None:
    token = alice.client.post("/auth/api-token").json()["token"]
    assert ContractClient(token=token).delete("/profile").status_code == 401
    ContractClient().post("/auth/logout", {"refresh": alice.session["refresh"]})
    assert alice.client.delete("/profile").status_code == 401
    assert User.objects.filter(phone=ALICE).exists()


def test_codes_that_were_requested_before_open_nothing(alice: Person) -> None:
    requester = Requester(ALICE)
    delete(alice)
    status, body = requester.bound(requester.code)
    assert (status, body["code"]) == (400, "code_invalid")
