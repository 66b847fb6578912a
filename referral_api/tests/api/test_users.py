"""A user comes into being when a phone is proved, and keeps what was given then."""

import re
import secrets
from collections.abc import Sequence

import pytest
from django.db import IntegrityError, transaction

from referral_api.formats import INVITE_CODE_ALPHABET
from referral_api.invite_codes import new_invite_code
from referral_api.models import User
from referral_api.tests.conftest import ALICE, BOB, Person, log_in
from referral_api.tests.support.contract import ContractClient

pytestmark = pytest.mark.django_db


def test_a_code_request_makes_no_user(api: ContractClient) -> None:
    api.post("/auth/code", {"phone": ALICE})
    assert not User.objects.exists()


def test_a_wrong_code_makes_no_user(api: ContractClient) -> None:
    code = api.post("/auth/code", {"phone": ALICE}).json()["code"]
    api.post("/auth/login", {"phone": ALICE, "code": f"{code}0"})
    assert not User.objects.exists()


def test_one_number_written_in_three_ways_is_one_user() -> None:
    for number in ("8 (916) 123-45-67", "9161234567", "+79161234567"):
        requested = ContractClient().post("/auth/code", {"phone": number}).json()
        login = {"phone": number, "code": requested["code"]}
        assert ContractClient().post("/auth/login", login).status_code == 200
    assert list(User.objects.values_list("phone", flat=True)) == ["+79161234567"]


def test_a_later_login_changes_neither_the_invite_code_nor_the_activated_one(
    alice: Person, bob: Person
) -> None:
    bob.activate(alice.invite_code)
    before = bob.profile()
    again = log_in(BOB)
    assert not again.session["is_new_user"]
    assert again.profile() == before


def test_invite_codes_have_six_characters_with_a_digit_and_a_letter() -> None:
    codes = [new_invite_code() for _ in range(2_000)]
    wellformed = re.compile(r"(?=.*[2-9])(?=.*[A-HJ-NP-Z])[2-9A-HJ-NP-Z]{6}")
    assert all(wellformed.fullmatch(code) for code in codes)
    assert set("".join(codes)) == set(INVITE_CODE_ALPHABET)
    assert len(set(codes)) > 1_900


def test_a_taken_invite_code_is_drawn_again(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    draws, choose = iter(alice.invite_code * 2 + "K7M2PX"), secrets.choice

    def choose_the_taken_one_first(alphabet: Sequence[str]) -> str:
        return next(draws) if alphabet == INVITE_CODE_ALPHABET else choose(alphabet)

    monkeypatch.setattr(secrets, "choice", choose_the_taken_one_first)
    assert log_in(BOB).invite_code == "K7M2PX"


@pytest.mark.parametrize("field", ["phone", "invite_code"])
def test_the_database_refuses_a_second_user_with_the_same(field: str, alice: Person) -> None:
    first = User.objects.get(phone=ALICE)
    second = User(phone=BOB)
    setattr(second, field, getattr(first, field))
    with pytest.raises(IntegrityError, match=f"user_{field}_once"), transaction.atomic():
        second.save()


@pytest.mark.parametrize("invite_code", ["K7M2P0", "KKMMPP", "722345", "k7m2px", "K7M2P"])
def test_the_database_refuses_an_illformed_invite_code(invite_code: str) -> None:
    with (
        pytest.raises(IntegrityError, match="user_invite_code_is_wellformed"),
        transaction.atomic(),
    ):
        User.objects.create_user(ALICE, invite_code=invite_code)
