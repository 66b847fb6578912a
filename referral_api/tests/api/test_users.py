"""A user comes into being when a phone is proved, and keeps what was given then."""

import re

import pytest
from django.db import IntegrityError, connection, transaction

from referral_api.formats import INVITE_CODE_ALPHABET
from referral_api.invite_codes import new_invite_code
from referral_api.models import User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Person, log_in

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


# The first draw gives a code that is taken. A sequence counts them, for it is not rolled back.
DRAW_A_TAKEN_CODE_FIRST = """
CREATE SEQUENCE draws;
CREATE FUNCTION draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('draws') = 1 THEN
        NEW.invite_code := (SELECT min(invite_code) FROM referral_api_user);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw BEFORE INSERT ON referral_api_user FOR EACH ROW EXECUTE FUNCTION draw();
"""


def test_a_taken_invite_code_is_drawn_again(alice: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DRAW_A_TAKEN_CODE_FIRST)
        bob = log_in(BOB)
        cursor.execute("SELECT last_value FROM draws")
        assert cursor.fetchone() == (2,)
    assert bob.invite_code != alice.invite_code


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
