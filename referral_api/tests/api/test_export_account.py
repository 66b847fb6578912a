"""A user gets everything that is held about them, and nothing of others."""

from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from referral_api.models import User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.many_users import invite
from referral_api.tests.support.people import ALICE, BOB, CHARLIE, Person, Requester, log_in

pytestmark = pytest.mark.django_db


def exported(person: Person) -> dict[str, Any]:
    answer = person.client.get("/profile/export")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_a_new_account_has_little(clock: time_machine.Traveller, alice: Person) -> None:
    found = exported(alice)
    assert found["exported_at"] == "2026-05-01T12:00:00Z"
    assert found["profile"] == {
        "phone": ALICE,
        "invite_code": alice.invite_code,
        "invite_link": alice.profile()["invite_link"],
        "joined_at": "2026-05-01T12:00:00Z",
    }
    assert (found["activation"], found["api_token"]) == (None, None)
    assert (found["invited_users"], found["wrong_tries"]) == ([], [])
    assert len(list(found["sessions"])) == len(list(found["code_requests"])) == 1


def test_everything_that_happened_is_in_it(
    clock: time_machine.Traveller, alice: Person, bob: Person, charlie: Person
) -> None:
    alice.activate(charlie.invite_code)
    bob.activate(alice.invite_code)
    alice.client.post("/auth/api-token")
    requester = Requester(ALICE, device_token=alice.session["device_token"])
    requester.bound(requester.wrong)
    found = exported(alice)
    now = "2026-05-01T12:00:00Z"
    code = charlie.invite_code
    assert found["activation"] == {"activated_invite_code": code, "activated_at": now}
    assert found["invited_users"] == [{"phone": BOB, "activated_at": now}]
    assert found["api_token"] == {"created_at": now}
    assert found["wrong_tries"] == [{"day": "2026-05-01", "tries": 1, "known_device": True}]
    last = {
        "request_id": requester.request_id,
        "expires_at": "2026-05-01T12:05:00Z",
        "tries_left": 2,
        "known_device": True,
    }
    assert last in list(found["code_requests"])


def test_there_is_nothing_of_others_and_no_secret(alice: Person, charlie: Person) -> None:
    requester = Requester(CHARLIE)
    requester.bound(requester.wrong)
    text = alice.client.get("/profile/export").content.decode()
    for secret in (CHARLIE, charlie.invite_code, alice.session["refresh"], "password"):
        assert secret not in text


def test_all_whom_they_invited_are_in_it(alice: Person) -> None:
    invite(ALICE, 450)
    assert len(list(exported(alice)["invited_users"])) == 450


def test_hidden_phones_stay_hidden(alice: Person, bob: Person, settings: Settings) -> None:
    settings.INVITED_PHONES = "masked"
    bob.activate(alice.invite_code)
    (invited,) = alice.client.get("/profile/export").json()["invited_users"]
    assert invited["phone"] == "+7916*****02"


def test_the_current_session_is_marked_and_an_api_token_has_none(alice: Person) -> None:
    log_in(ALICE)
    marks = [one["is_current"] for one in alice.client.get("/profile/export").json()["sessions"]]
    assert marks == [True, False]
    script = ContractClient(token=alice.client.post("/auth/api-token").json()["token"])
    marks = [one["is_current"] for one in script.get("/profile/export").json()["sessions"]]
    assert marks == [False, False]


def test_a_disabled_account_gets_nothing(alice: Person) -> None:
    User.objects.update(is_active=False)
    assert alice.client.get("/profile/export").status_code == 401
