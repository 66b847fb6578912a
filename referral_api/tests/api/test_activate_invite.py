"""`POST /profile/activate-invite`: once, and never the code of one's own."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from referral_api.models import Activation, User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, CHARLIE, Person

pytestmark = pytest.mark.django_db


def code_of(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]


def test_bob_activates_the_code_of_alice(alice: Person, bob: Person, charlie: Person) -> None:
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
    with time_machine.travel(now, tick=False):
        answer = bob.activate(alice.invite_code)
    moment = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    assert (answer.status_code, answer.json()) == (200, bob.profile())
    assert bob.profile()["activated_invite_code"] == alice.invite_code
    assert bob.profile()["activated_at"] == moment
    assert alice.profile()["invited_users"]["items"] == [{"phone": BOB, "activated_at": moment}]
    assert charlie.profile()["invited_users"]["total"] == 0


@pytest.mark.parametrize("form", ["{}", " {}\n", "-{}-"])
def test_a_code_is_read_without_regard_to_case_spaces_and_dashes(
    form: str, alice: Person, bob: Person
) -> None:
    code = alice.invite_code.lower()
    assert bob.activate(form.format(f"{code[:2]} {code[2:3]}-{code[3:]}")).status_code == 200


@pytest.mark.parametrize("code", ["K7M2PX", "000000", "OOIIIL", "abcdef"])
def test_an_unknown_code_is_not_found(code: str, bob: Person) -> None:
    assert code_of(bob.activate(code)) == (404, "invite_unknown")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "------",
        "K7M2P",
        "K7M2PXX",
        "K7M2PÄ",
        "ßßß",
        "K7M2Pſ",
        "Ｋ７Ｍ２ＰＸ",
        "K7M2P_",
        "К7М2РХ",
    ],
)
def test_what_can_be_no_code_is_invalid(code: str, bob: Person) -> None:
    answer = bob.activate(code)
    assert code_of(answer) == (422, "invalid_request")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/invite_code"]


def test_the_own_code_is_refused(bob: Person) -> None:
    assert code_of(bob.activate(bob.invite_code)) == (409, "invite_own")
    assert not Activation.objects.exists()


@pytest.mark.parametrize("second", ["the same", "another", "an unknown one"])
def test_a_second_activation_is_refused(
    second: str, alice: Person, bob: Person, charlie: Person
) -> None:
    bob.activate(alice.invite_code)
    codes = {
        "the same": alice.invite_code,
        "another": charlie.invite_code,
        "an unknown one": "K7M2PX",
    }
    answer = bob.activate(codes[second])
    assert code_of(answer) == (409, "invite_already_activated")
    assert answer.json()["activated_invite_code"] == alice.invite_code
    assert [person.profile()["invited_users"]["total"] for person in (alice, charlie)] == [1, 0]


def test_two_may_invite_each_other(alice: Person, bob: Person) -> None:
    assert bob.activate(alice.invite_code).status_code == 200
    assert alice.activate(bob.invite_code).status_code == 200
    assert alice.profile()["invited_users"]["items"][0]["phone"] == BOB


def test_the_code_of_a_disabled_inviter_is_unknown(alice: Person, bob: Person) -> None:
    code = alice.invite_code
    User.objects.filter(phone=ALICE).update(is_active=False)
    assert code_of(bob.activate(code)) == (404, "invite_unknown")


def test_the_code_of_a_deleted_inviter_is_unknown(alice: Person, bob: Person) -> None:
    code = alice.invite_code
    User.objects.get(phone=ALICE).delete()
    assert code_of(bob.activate(code)) == (404, "invite_unknown")


def test_an_activation_outlives_the_disabling_of_its_inviter(alice: Person, bob: Person) -> None:
    code = alice.invite_code
    bob.activate(code)
    User.objects.filter(phone=ALICE).update(is_active=False)
    assert bob.profile()["activated_invite_code"] == code


def test_a_disabled_user_activates_nothing(alice: Person, bob: Person) -> None:
    User.objects.filter(phone=BOB).update(is_active=False)
    assert code_of(bob.activate(alice.invite_code)) == (401, "unauthenticated")
    assert not Activation.objects.exists()


def test_who_is_not_logged_in_activates_nothing(api: ContractClient, alice: Person) -> None:
    body = {"invite_code": alice.invite_code}
    assert code_of(api.post("/profile/activate-invite", body)) == (401, "unauthenticated")


def test_the_database_refuses_an_activation_of_oneself(alice: Person) -> None:
    me, now = User.objects.get(phone=ALICE), datetime.now(UTC)
    with pytest.raises(IntegrityError, match="activation_is_not_of_oneself"), transaction.atomic():
        Activation.objects.create(invited_user=me, inviter=me, activated_at=now)


def test_the_database_refuses_a_second_activation(
    alice: Person, bob: Person, charlie: Person
) -> None:
    bob.activate(alice.invite_code)
    again = Activation(
        invited_user=User.objects.get(phone=BOB),
        inviter=User.objects.get(phone=CHARLIE),
        activated_at=datetime.now(UTC),
    )
    with pytest.raises(IntegrityError, match="referral_api_activation_pkey"), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize("phone", [ALICE, BOB])
def test_the_database_keeps_both_sides_of_an_activation(
    phone: str, alice: Person, bob: Person
) -> None:
    bob.activate(alice.invite_code)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.get(phone=phone).delete()
