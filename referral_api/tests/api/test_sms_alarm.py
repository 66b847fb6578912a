"""A region whose codes nobody confirms is closed to strangers for an hour (SMS_ALARM)."""

from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from backend.env import Rate
from referral_api.gateways.sms.message import SmsUncertain
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import SmsRegion
from referral_api.services import sms_counts
from referral_api.tests.support.people import ALICE, log_in
from referral_api.tests.support.sms_regions import ask, ask_many, phone_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def _alarm(settings: Settings) -> None:
    settings.SMS_ALARM = (10, 20)  # ten codes, of which less than two are confirmed


def test_a_region_is_closed_at_the_threshold_for_an_hour(sent: SmsOutbox) -> None:
    assert ask_many(10) == [202] * 10
    refused = ask(phone_in("RU", 10))
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.json()["retry_after"] == 3600
    assert len(sent.messages) == 10


def test_a_refusal_of_a_closed_region_spends_no_limit(
    settings: Settings, clock: time_machine.Traveller
) -> None:
    ask_many(10)
    settings.LIMIT_SMS_PER_PHONE = Rate(1, 86_400)
    assert [ask(ALICE).status_code for _ in range(3)] == [429] * 3
    clock.shift(3600)
    assert ask(ALICE).status_code == 202


def test_other_regions_stay_open() -> None:
    ask_many(10)
    assert ask(phone_in("KZ", 1)).status_code == 202
    assert ask(phone_in("RU", 11)).status_code == 429


def test_a_known_device_passes_and_counts(sent: SmsOutbox) -> None:
    token = log_in(ALICE).session["device_token"]
    ask_many(9)
    assert ask(ALICE).status_code == 429
    assert ask(ALICE, device_token=token).status_code == 202
    assert len(sent.messages) == 11


def test_a_region_with_enough_logins_stays_open() -> None:
    log_in(phone_in("RU", 100))
    log_in(phone_in("RU", 101))
    assert ask_many(8) == [202] * 8  # 2 of 10 are confirmed
    assert ask_many(2, first=20) == [202, 429]  # 2 of 11 are not enough


def test_what_no_sender_has_taken_for_sure_closes_nothing(sent: SmsOutbox) -> None:
    """A provider that is down is no fraud."""
    sent.failure = SmsUncertain()
    assert ask_many(12) == [202] * 12


def test_a_closed_region_opens_after_an_hour_and_is_counted_anew(
    clock: time_machine.Traveller,
) -> None:
    ask_many(10)
    clock.shift(timedelta(minutes=59, seconds=59))
    assert ask(ALICE).json()["retry_after"] == 1
    clock.shift(1)
    assert ask_many(11, first=20) == [202] * 10 + [429]


def test_staff_open_a_region_and_it_is_counted_anew(clock: time_machine.Traveller) -> None:
    ask_many(10)
    assert sms_counts.open_region(region="RU")
    assert not sms_counts.open_region(region="RU")
    assert ask_many(11, first=20) == [202] * 10 + [429]
    assert SmsRegion.objects.get().openings == 1


def test_codes_of_the_hour_before_count_as_far_as_an_hour_reaches_back(
    clock: time_machine.Traveller,
) -> None:
    clock.shift(timedelta(minutes=50))
    ask_many(8)
    clock.shift(timedelta(minutes=25))  # 13:15: six of the eight, by three quarters of the hour
    assert ask_many(5, first=20) == [202] * 4 + [429]


def test_logins_of_the_hour_before_keep_a_busy_region_open(clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=59))
    for number in range(20):
        log_in(phone_in("RU", number))
    clock.shift(timedelta(minutes=2))
    assert ask_many(30, first=50) == [202] * 30  # their logins come in the next minutes


def test_without_an_alarm_nothing_is_closed(settings: Settings) -> None:
    settings.SMS_ALARM = None
    assert ask_many(30) == [202] * 30
