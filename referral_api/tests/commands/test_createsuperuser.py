"""The first superuser is often somebody who has logged in by phone before."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command, get_commands

from referral_api.models import User
from referral_api.tests.support.people import ALICE, Person, log_in
from referral_api.tests.support.staff import PASSWORD, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
SPELLINGS = [ALICE, "8 (916) 123-45-01", "9161234501"]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def create(**options: Any) -> str:
    said = StringIO()
    call_command("createsuperuser", stdout=said, stderr=said, **options)
    return said.getvalue()


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)


def test_the_command_is_ours() -> None:
    assert get_commands()["createsuperuser"] == "backend"


@pytest.mark.parametrize("phone", SPELLINGS)
def test_a_new_phone_becomes_a_superuser(phone: str, password: None) -> None:
    create(phone=phone, interactive=False)
    assert User.objects.get().phone == ALICE
    assert logged_in(ALICE).get("/admin/referral_api/user/").status_code == 200


@pytest.mark.parametrize("phone", SPELLINGS)
def test_a_phone_that_has_logged_in_becomes_a_superuser_and_keeps_its_account(
    phone: str, password: None, alice: Person, bob: Person
) -> None:
    alice.activate(bob.invite_code)
    before = alice.profile()
    create(phone=phone, interactive=False)
    assert alice.profile() == before
    assert log_in(ALICE).profile() == before
    assert logged_in(ALICE).get("/admin/referral_api/user/").status_code == 200


def test_the_phone_may_come_from_the_environment(
    password: None, monkeypatch: pytest.MonkeyPatch, alice: Person
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PHONE", "8 916 123 45 01")
    create(interactive=False)
    assert User.objects.get().is_superuser


def test_a_disabled_account_is_switched_on(password: None, alice: Person) -> None:
    User.objects.update(is_active=False)
    create(phone=ALICE, interactive=False)
    assert logged_in(ALICE).get("/admin/").status_code == 200


def test_without_a_password_an_account_keeps_its_own() -> None:
    User.objects.create_user(ALICE, PASSWORD, is_staff=True)
    create(phone=ALICE, interactive=False)
    assert User.objects.get().is_superuser
    assert logged_in(ALICE).get("/admin/referral_api/user/").status_code == 200


def test_a_superuser_is_left_alone_and_told_how_to_change_the_password(password: None) -> None:
    User.objects.create_superuser(ALICE, "another-password-1")
    with pytest.raises(CommandError, match=r"changepassword \+79161234501"):
        create(phone="9161234501", interactive=False)
    assert User.objects.get().check_password("another-password-1")


def test_what_is_no_phone_is_told(password: None) -> None:
    with pytest.raises(CommandError, match="'12' is not a valid phone number"):
        create(phone="12", interactive=False)
    assert not User.objects.exists()


def test_at_the_terminal_the_phone_is_asked_for_until_it_is_one(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["", "12", "8 916 123-45-01"])
    monkeypatch.setattr("builtins.input", lambda _message: next(typed))
    monkeypatch.setattr("getpass.getpass", lambda *_prompt: PASSWORD)
    said = create(stdin=Terminal())
    assert "'12' is not a valid phone number" in said
    assert logged_in(ALICE).get("/admin/referral_api/user/").status_code == 200
