"""Staff see what became of the SMS, and open a region that the alarm has closed."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from pytest_django import Settings

from referral_api.models import SmsCount, SmsRegion, User
from referral_api.tests.support.people import ALICE
from referral_api.tests.support.sms_regions import ask, ask_many
from referral_api.tests.support.staff import PASSWORD, ROOT, STAFF, logged_in, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords", "clock")]
REGIONS = "/admin/referral_api/smsregion/"
COUNTS = "/admin/referral_api/smscount/"


@pytest.fixture
def staff(settings: Settings) -> Client:
    """Of a service whose region RU has just been closed."""
    settings.SMS_ALARM = (5, 10)
    assert ask_many(6) == [202] * 5 + [429]
    User.objects.create_superuser(ROOT, PASSWORD)
    return logged_in(ROOT)


def buttons(client: Client) -> list[str]:
    return re.findall(r'name="open" value="(\w+)"', client.get(REGIONS).content.decode())


def test_a_closed_region_has_a_button_that_opens_it(staff: Client) -> None:
    assert ask_many(1, region="KZ") == [202]
    assert buttons(staff) == ["RU"]
    assert staff.post(REGIONS, {"open": "RU"}).status_code == 302
    assert buttons(staff) == []
    assert ask(ALICE).status_code == 202
    assert LogEntry.objects.get().get_change_message() == "Opened to strangers."


def test_a_region_that_is_open_stays_as_it_is(staff: Client) -> None:
    for region in ("RU", "RU", "KZ", "no such region"):
        assert staff.post(REGIONS, {"open": region}).status_code == 302
    assert LogEntry.objects.count() == 1


def test_only_staff_with_the_permission_have_the_button(staff: Client) -> None:
    make_staff(STAFF, "view_smsregion")
    looking = logged_in(STAFF)
    assert looking.get(REGIONS).status_code == 200
    assert buttons(looking) == []
    assert looking.post(REGIONS, {"open": "RU"}).status_code == 403
    assert ask(ALICE).status_code == 429


def test_a_foreign_page_cannot_press_the_button(staff: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = staff.cookies
    assert careful.post(REGIONS, {"open": "RU"}).status_code == 403
    assert ask(ALICE).status_code == 429


def test_the_counts_of_an_hour_are_shown_and_filtered(staff: Client) -> None:
    ask_many(2, region="KZ")
    page = staff.get(COUNTS, {"region": "KZ"}).content.decode()
    assert re.findall(r'field-(\w+)">(?:<a[^>]*>)?(KZ|outbox|\d+)<', page) == [
        ("region", "KZ"),
        ("sender", "outbox"),
        ("sent", "2"),
        ("refused", "0"),
        ("uncertain", "0"),
        ("confirmed", "0"),
    ]


@pytest.mark.parametrize("page", [REGIONS, COUNTS])
def test_nothing_is_made_changed_or_deleted_here(page: str, staff: Client) -> None:
    (pk,) = (SmsRegion if page == REGIONS else SmsCount).objects.values_list("pk", flat=True)
    for path in ("add/", f"{pk}/change/", f"{pk}/delete/"):
        assert staff.post(f"{page}{path}", {"post": "yes"}).status_code == 403
    staff.post(page, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert (SmsRegion.objects.count(), SmsCount.objects.count()) == (1, 1)
