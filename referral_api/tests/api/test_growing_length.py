"""Wrong tries make the next codes longer; nothing ever locks a phone."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import STRANGERS, WrongTries
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, log_in

# The clock stands: a count of days must not meet midnight.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def wrong_tries(phone: str, count: int, days_ago: int = 0) -> None:
    day = timezone.now().date() - timedelta(days=days_ago)
    WrongTries.objects.create(phone=phone, lane=STRANGERS, day=day, tries=count)


def length(api: ContractClient, phone: str = ALICE) -> int:
    return int(api.post("/auth/code", {"phone": phone}).json()["code_length"])


@pytest.mark.parametrize(
    ("tries", "digits"), [(0, 4), (9, 4), (10, 6), (29, 6), (30, 8), (10_000, 8)]
)
def test_the_length_follows_the_wrong_tries(
    tries: int, digits: int, api: ContractClient, sent: SmsOutbox
) -> None:
    wrong_tries(ALICE, tries)
    assert length(api) == digits == len(sent.last_code(ALICE))


def test_another_phone_is_not_concerned(api: ContractClient) -> None:
    wrong_tries(ALICE, 30)
    assert length(api, BOB) == 4


@pytest.mark.parametrize(("days_ago", "digits"), [(182, 6), (183, 4)])
def test_a_wrong_try_counts_for_183_days(days_ago: int, digits: int, api: ContractClient) -> None:
    wrong_tries(ALICE, 10, days_ago)
    assert length(api) == digits


def test_a_login_does_not_reset_the_count(api: ContractClient) -> None:
    wrong_tries(ALICE, 10)
    log_in(ALICE)
    assert length(api) == 6


def test_a_long_code_opens(api: ContractClient) -> None:
    wrong_tries(ALICE, 30)
    assert log_in(ALICE).session["is_new_user"]


def test_growth_can_be_switched_off(api: ContractClient, settings: Settings) -> None:
    settings.OTP_LENGTH_GROWTH = ()
    wrong_tries(ALICE, 1000)
    assert length(api) == 4


def test_a_longer_start_is_never_shortened(api: ContractClient, settings: Settings) -> None:
    settings.OTP_LENGTH = 7
    wrong_tries(ALICE, 10)
    assert length(api) == 7


def test_wrong_tries_of_every_kind_are_counted_and_those_after_the_last_are_not(
    api: ContractClient, sent: SmsOutbox
) -> None:
    def guess(**extra: str) -> None:
        assert (
            api.post("/auth/login", {"phone": ALICE, "code": "999999999", **extra}).status_code
            == 400
        )

    guess()  # nothing was requested
    request_id = api.post("/auth/code", {"phone": ALICE}).json()["request_id"]
    for _ in range(5):  # three are counted
        guess()
    for _ in range(5):  # three are counted
        guess(request_id=request_id)
    assert WrongTries.objects.get(phone=ALICE).tries == 6


def test_a_resend_keeps_the_length_of_its_code(
    clock: time_machine.Traveller, api: ContractClient
) -> None:
    assert length(api) == 4
    wrong_tries(ALICE, 30)
    clock.shift(61)
    assert length(api) == 4
    clock.shift(240)
    assert length(api) == 8
