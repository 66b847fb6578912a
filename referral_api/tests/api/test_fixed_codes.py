"""Test numbers (TEST_PHONES): no SMS, no wait, a code that never changes; else like all others."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from backend.env import Env, Rate
from referral_api.gateways.sms.message import SmsRefused
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import STRANGERS, LimitState, WrongTries
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Answer, Requester

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CODE = "0427"
LAST_DAY = date(2026, 5, 1)  # the clock's own day


@pytest.fixture(autouse=True)
def _alice_is_a_test_number(settings: Settings) -> None:
    settings.TEST_PHONES = {ALICE: (CODE, LAST_DAY)}


def request_code(phone: str = ALICE, **extra: str) -> dict[str, Any]:
    answer = ContractClient().post("/auth/code", {"phone": phone, **extra})
    assert answer.status_code == 202, answer.content
    return dict(answer.json())


def log_in(code: str, request_id: str | None = None, **extra: str) -> Answer:
    login = {"phone": ALICE, "code": code, "request_id": request_id, **extra}
    answer = ContractClient().post("/auth/login", login)
    return answer.status_code, answer.json()


def test_the_code_opens_and_no_sms_is_sent(sent: SmsOutbox) -> None:
    sent.failure = SmsRefused()
    requested = request_code()
    assert (requested["code"], requested["code_length"]) == (CODE, 4)
    status, session = log_in(CODE, requested["request_id"])
    assert (status, session["is_new_user"]) == (200, True)
    assert sent.messages == []


def test_twenty_requests_in_a_row_are_accepted_and_spend_no_limit_of_sms(
    settings: Settings,
) -> None:
    for name in Env.model_fields:
        if name.startswith("LIMIT_SMS_"):
            setattr(settings, name, Rate(1, 86_400))
    requests = [request_code() for _ in range(20)]
    assert {requested["resend_in"] for requested in requests} == {0}
    assert {requested["expires_in"] for requested in requests} == {300}
    assert log_in(CODE, requests[0]["request_id"])[0] == 200
    assert not LimitState.objects.filter(key__startswith="sms:").exists()


def test_a_replica_whose_clock_is_behind_makes_nobody_wait(
    clock: time_machine.Traveller,
) -> None:
    request_code()
    clock.shift(-4)
    assert request_code()["resend_in"] == 0


def test_the_limit_of_its_own_refuses_and_says_the_exact_second(settings: Settings) -> None:
    settings.LIMIT_CODES_PER_TEST_PHONE = Rate(3, 60)
    assert [request_code()["resend_in"] for _ in range(3)] == [0, 0, 20]
    refused = ContractClient().post("/auth/code", {"phone": ALICE})
    assert (refused.status_code, refused.json()["retry_after"]) == (429, 20)


@pytest.mark.parametrize("code", ["0427", "04271", "00427427"])
@pytest.mark.parametrize("wrong_tries", [0, 30])
def test_the_code_keeps_its_length_whatever_that_of_others_is(
    code: str, wrong_tries: int, settings: Settings
) -> None:
    settings.TEST_PHONES = {ALICE: (code, LAST_DAY)}
    settings.OTP_LENGTH = 6
    today = timezone.now().date()
    WrongTries.objects.create(phone=ALICE, lane=STRANGERS, day=today, tries=wrong_tries)
    requested = request_code()
    assert requested["code_length"] == len(code)
    assert log_in(code, requested["request_id"])[0] == 200


def test_a_request_has_three_tries_as_ever() -> None:
    request_id = request_code()["request_id"]
    for left in (2, 1, 0):
        assert log_in("0000", request_id)[1]["attempts_left"] == left
    assert log_in(CODE, request_id)[1]["code"] == "code_expired"
    assert WrongTries.objects.get(phone=ALICE).tries == 3


def test_callers_without_a_request_id_share_tries_as_ever() -> None:
    assert log_in(CODE)[1]["code"] == "code_invalid"  # none was requested
    request_code()
    assert [log_in("0000")[0] for _ in range(3)] == [400] * 3
    assert log_in(CODE)[0] == 400
    request_code()
    assert log_in(CODE)[0] == 200


def test_a_code_opens_once_and_five_minutes_as_ever(clock: time_machine.Traveller) -> None:
    first = request_code()["request_id"]
    assert log_in(CODE, first)[0] == 200
    assert log_in(CODE, first)[1]["code"] == "code_expired"
    second = request_code()["request_id"]
    clock.shift(300)
    assert log_in(CODE, second)[1]["code"] == "code_expired"


def test_a_known_device_has_the_same_code_and_no_wait(sent: SmsOutbox) -> None:
    device_token = log_in(CODE, request_code()["request_id"])[1]["device_token"]
    requests = [request_code(device_token=device_token) for _ in range(20)]
    assert {requested["resend_in"] for requested in requests} == {0}
    assert log_in(CODE, requests[0]["request_id"], device_token=device_token)[0] == 200
    assert sent.messages == []


def test_its_region_must_be_served_as_ever(settings: Settings) -> None:
    settings.PHONE_REGIONS = frozenset({"KZ"})
    refused = ContractClient().post("/auth/code", {"phone": ALICE})
    assert refused.json()["code"] == "phone_not_allowed"


def test_other_phones_are_not_concerned(sent: SmsOutbox) -> None:
    bob = Requester(BOB)
    assert sent.codes(BOB) == [bob.code]
    assert ContractClient().post("/auth/code", {"phone": BOB}).status_code == 429


def moved_to(clock: time_machine.Traveller, moment: str) -> None:
    clock.move_to(datetime.fromisoformat(moment))


def test_the_code_opens_until_the_last_day_is_over(clock: time_machine.Traveller) -> None:
    moved_to(clock, "2026-05-01T23:59:00+00:00")
    requested = request_code()
    assert requested["expires_in"] == 60
    clock.shift(59)
    assert log_in(CODE, requested["request_id"])[0] == 200


def test_nothing_opens_with_the_code_from_midnight_on(clock: time_machine.Traveller) -> None:
    moved_to(clock, "2026-05-01T23:59:00+00:00")
    request_id = request_code()["request_id"]
    clock.shift(60)
    assert log_in(CODE, request_id)[1]["code"] == "code_expired"
    assert log_in(CODE)[1]["code"] == "code_invalid"


def test_from_midnight_on_it_is_a_phone_like_all_others(
    clock: time_machine.Traveller, sent: SmsOutbox, settings: Settings
) -> None:
    settings.OTP_LENGTH = 8
    moved_to(clock, "2026-05-01T23:59:59+00:00")
    request_code()
    clock.shift(timedelta(seconds=1))
    owner = Requester(ALICE)
    assert sent.codes(ALICE) == [owner.code]
    assert len(owner.code) == 8
    assert ContractClient().post("/auth/code", {"phone": ALICE}).status_code == 429
    assert owner.bound(CODE)[0] == 400
    assert owner.bound(owner.code)[0] == 200
