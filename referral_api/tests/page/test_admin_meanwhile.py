"""What changes about an account while staff change something else about it stays changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db.models.signals import pre_save
from pytest_django import Settings

from referral_api.models import User
from referral_api.tests.support.people import ALICE, Person
from referral_api.tests.support.staff import PASSWORD, ROOT, STAFF, USERS, logged_in, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
NEW = "a-password-of-theirs-1"


class WhileItHashes(MD5PasswordHasher):
    """Meanwhile every account is switched off, and invites nine users."""

    def encode(self, password: str, salt: str) -> str:
        change_all()
        return super().encode(password, salt)


def change_all(**signal: Any) -> None:
    User.objects.update(is_active=False, invited_total=9)


@pytest.fixture
def slow_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.WhileItHashes"]


@pytest.fixture
def slow_saving() -> Iterator[None]:
    pre_save.connect(change_all, sender=User)
    yield
    assert pre_save.disconnect(change_all, sender=User)


def state_of(phone: str) -> tuple[bool, int]:
    user = User.objects.get(phone=phone)
    return user.is_active, user.invited_total


def test_who_is_switched_off_does_not_come_back_by_a_new_password(
    request: pytest.FixtureRequest,
) -> None:
    make_staff(STAFF)
    client = logged_in(STAFF)
    request.getfixturevalue("slow_passwords")
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/admin/password_change/", form).status_code == 302
    assert state_of(STAFF) == (False, 9)
    assert User.objects.get(phone=STAFF).check_password(NEW)


def test_a_password_that_a_superuser_sets_changes_nothing_else(
    request: pytest.FixtureRequest, alice: Person
) -> None:
    User.objects.create_superuser(ROOT, PASSWORD)
    client = logged_in(ROOT)
    request.getfixturevalue("slow_passwords")
    form = {"password1": NEW, "password2": NEW, "usable_password": "true", "set-password": "1"}
    page = f"{USERS}{User.objects.get(phone=ALICE).pk}/password/"
    assert client.post(page, form).status_code == 302
    assert state_of(ALICE) == (False, 9)
    assert User.objects.get(phone=ALICE).check_password(NEW)


def test_a_change_of_rights_changes_nothing_else(
    request: pytest.FixtureRequest, alice: Person
) -> None:
    User.objects.create_superuser(ROOT, PASSWORD)
    client = logged_in(ROOT)
    request.getfixturevalue("slow_saving")
    page = f"{USERS}{User.objects.get(phone=ALICE).pk}/change/"
    assert client.post(page, {"is_active": "on", "is_staff": "on"}).status_code == 302
    assert state_of(ALICE) == (False, 9)
    assert User.objects.get(phone=ALICE).is_staff
