"""A user moves their account to another phone, which they prove by a code."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from pytest_django import Settings

from referral_api.models import User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Person, Requester, log_in, wrong

pytestmark = pytest.mark.django_db
NEW = "+79161234510"


def change(person: Person, requester: Requester, **other: str) -> tuple[int, dict[str, Any]]:
    body = {
        "phone": requester.phone,
        "code": requester.code,
        "request_id": requester.request_id,
    } | other
    answer = person.client.put("/profile/phone", body)
    return answer.status_code, answer.json()


def test_the_account_moves_with_all_that_it_has(alice: Person, bob: Person) -> None:
    before = alice.profile()
    bob.activate(alice.invite_code)
    status, profile = change(alice, Requester(NEW))
    assert (status, profile["phone"]) == (200, NEW)
    assert profile["invite_code"] == before["invite_code"]
    assert profile["invited_users"]["total"] == 1
    assert alice.profile() == profile
    refresh = {"refresh": alice.session["refresh"]}
    assert ContractClient().post("/auth/refresh", refresh).status_code == 200


def test_the_new_phone_logs_in_and_the_old_one_makes_a_new_account(alice: Person) -> None:
    code = alice.invite_code
    change(alice, Requester(NEW))
    assert log_in(NEW).invite_code == code
    old = log_in(ALICE)
    assert old.session["is_new_user"]
    assert old.invite_code != code


def test_a_phone_of_another_is_refused_only_after_the_right_code(
    alice: Person, bob: Person
) -> None:
    requester = Requester(BOB)
    status, body = change(alice, requester, code=requester.wrong)
    assert (status, body["code"], body["attempts_left"]) == (400, "code_invalid", 2)
    status, body = change(alice, requester)
    assert (status, body["code"]) == (409, "phone_taken")
    assert (alice.profile()["phone"], bob.profile()["phone"]) == (ALICE, BOB)


def test_a_code_moves_once_and_logs_nobody_in_afterwards(alice: Person) -> None:
    requester = Requester(NEW)
    assert change(alice, requester)[0] == 200
    assert change(alice, requester)[1]["code"] == "code_expired"
    assert requester.bound(requester.code)[1]["code"] == "code_expired"


def test_wrong_codes_spend_the_tries_of_the_request(alice: Person) -> None:
    requester = Requester(NEW)
    for left in (2, 1, 0):
        _status, body = change(alice, requester, code=requester.wrong)
        assert (body["code"], body["attempts_left"]) == ("code_invalid", left)
    status, body = change(alice, requester)
    assert (status, body["code"]) == (400, "code_expired")


def test_a_request_of_another_phone_or_of_nobody_is_refused_and_counted(
    alice: Person, settings: Settings
) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = (2, 3600)
    requester = Requester(NEW)
    other = {"phone": "+79161234511"}
    assert change(alice, requester, **other)[1]["code"] == "code_invalid"
    assert change(alice, requester, request_id=str(uuid4()))[1]["code"] == "code_invalid"
    assert change(alice, requester, **other)[0] == 429
    assert change(alice, requester)[0] == 200  # those with tries of their own are not counted


def test_the_own_phone_again_changes_nothing(alice: Person) -> None:
    status, profile = change(alice, Requester(ALICE))
    assert (status, profile["phone"]) == (200, ALICE)


def test_a_login_that_is_not_recent_changes_nothing_and_spends_no_try(
    clock: time_machine.Traveller, alice: Person
) -> None:
    clock.shift(601)
    requester = Requester(NEW)
    assert change(alice, requester, code=wrong(requester.code))[1]["code"] == "login_not_recent"
    status, profile = change(log_in(ALICE), requester)
    assert (status, profile["phone"]) == (200, NEW)


def test_neither_an_api_token_nor_a_disabled_account_changes_it(alice: Person) -> None:
    requester = Requester(NEW)
    token = alice.client.post("/auth/api-token").json()["token"]
    script = Person(ALICE, ContractClient(token=token), {})
    assert change(script, requester)[0] == 401
    User.objects.update(is_active=False)
    assert change(alice, requester)[0] == 401


@pytest.mark.parametrize("missing", ["phone", "code", "request_id"])
def test_every_field_is_required(missing: str, alice: Person) -> None:
    body = {"phone": NEW, "code": "0427", "request_id": str(uuid4())}
    del body[missing]
    answer = alice.client.put("/profile/phone", body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"#/{missing}"]
