"""`manage.py seed_demo` fills a first look with believable people."""

from io import StringIO

import phonenumbers
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from pytest_django import Settings

from referral_api.models import Activation, User
from referral_api.tests.support.people import Person, log_in

pytestmark = pytest.mark.django_db
FIRST = "+79990000000"


def seed() -> str:
    printed = StringIO()
    call_command("seed_demo", stdout=printed)
    return printed.getvalue()


def test_it_makes_people_who_invited_one_another() -> None:
    assert seed().startswith("75 new users and 69 new activations.")
    assert (User.objects.count(), Activation.objects.count()) == (75, 69)


def test_a_second_run_changes_nothing() -> None:
    seed()
    before = list(User.objects.order_by("pk").values())
    assert seed().startswith("0 new users and 0 new activations.")
    assert list(User.objects.order_by("pk").values()) == before


def test_it_mends_what_is_missing() -> None:
    seed()
    Activation.objects.filter(invited_user__phone="+79990000069").delete()
    assert seed().startswith("0 new users and 1 new activations.")


def test_the_people_log_in_and_see_a_list_of_more_than_one_page() -> None:
    seed()
    invited = log_in(FIRST).profile()["invited_users"]
    assert (invited["total"], len(invited["items"])) == (56, 50)
    assert invited["next_cursor"]


def test_every_total_is_right_and_every_phone_is_valid() -> None:
    seed()
    counted = User.objects.annotate(counted=Count("activations"))
    assert not counted.exclude(invited_total=F("counted")).exists()
    assert all(
        phonenumbers.is_valid_number(phonenumbers.parse(str(user.phone))) for user in counted
    )


def test_people_who_are_there_are_left_alone(alice: Person) -> None:
    before = alice.profile()
    seed()
    assert alice.profile() == before


def test_it_refuses_where_codes_are_not_shown(settings: Settings) -> None:
    settings.SMS_SHOW_CODE = False
    with pytest.raises(CommandError, match="SMS_SHOW_CODE"):
        seed()
    assert not User.objects.exists()
