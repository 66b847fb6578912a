"""`POST /auth/code`: who gets a code, when, and which one."""

import time
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from referral_api.gateways.sms.message import SmsRefused, SmsUncertain
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import LoginChallenge, LoginRequest
from referral_api.tests.support.clock import NOON
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, log_in

pytestmark = pytest.mark.django_db


def request(phone: str = ALICE) -> tuple[int, dict[str, Any]]:
    answer = ContractClient().post("/auth/code", {"phone": phone})
    return answer.status_code, answer.json()


def test_a_phone_gets_four_digits_by_sms(sent: SmsOutbox, clock: time_machine.Traveller) -> None:
    status, body = request()
    (code,) = sent.codes(ALICE)
    assert (status, len(code), code.isdecimal()) == (202, 4, True)
    times = {"expires_in": 300, "resend_in": 60}
    assert body == {
        "request_id": body["request_id"],
        "phone": ALICE,
        "code_length": 4,
        "code": code,
        **times,
    }


def test_the_answer_shows_no_code_unless_told_so(settings: Settings, sent: SmsOutbox) -> None:
    settings.SMS_SHOW_CODE = False
    _status, body = request()
    assert body["code"] is None
    assert sent.last_code(ALICE) not in str(body).replace(str(body["request_id"]), "")


def test_a_longer_code_may_be_configured(settings: Settings, sent: SmsOutbox) -> None:
    settings.OTP_LENGTH = 6
    assert request()[1]["code_length"] == len(sent.last_code(ALICE)) == 6


def test_known_and_unknown_phones_get_the_same_answer(
    sent: SmsOutbox, clock: time_machine.Traveller
) -> None:
    log_in(ALICE)
    (known_status, known), (unknown_status, unknown) = request(ALICE), request(BOB)
    of_one = dict.fromkeys(("request_id", "phone", "code"))
    assert (known_status, known | of_one) == (unknown_status, unknown | of_one)


@pytest.mark.parametrize(
    "number", ["8 (916) 123-45-01", "9161234501", " +7 916 123–45–01 ", "+79161234501"]
)
def test_a_number_is_read_however_it_is_written(number: str, sent: SmsOutbox) -> None:
    assert request(number)[1]["phone"] == ALICE
    assert [message.phone for message in sent.messages] == [ALICE]


@pytest.mark.parametrize(
    "number",
    ["", "1", "112", "+7916123450", "+7916123450100", "+70000000000", "phone", "+7X161234501"],
)
def test_an_invalid_number_gets_no_sms(number: str, sent: SmsOutbox) -> None:
    status, body = request(number)
    assert (status, body["code"]) == (422, "invalid_request")
    assert [error["pointer"] for error in body["errors"]] == ["#/phone"]
    assert sent.messages == []


def test_a_number_of_a_region_that_is_not_served_gets_no_sms(
    settings: Settings, sent: SmsOutbox
) -> None:
    settings.PHONE_REGIONS = frozenset({"RU"})
    status, body = request("+4915112345678")
    assert (status, body["code"], sent.messages) == (422, "phone_not_allowed", [])
    assert request("+79161234501")[0] == 202


LANDLINE, TOLL_FREE, PREMIUM_RATE = "+74951234567", "+78001234567", "+78091234567"
PERSONAL_NUMBER, VOIP = "+447012345678", "+445612345678"
MOBILE_OR_LANDLINE = "+12015550123"  # the plan of North America does not tell


@pytest.mark.parametrize("phone", [LANDLINE, TOLL_FREE, PREMIUM_RATE, PERSONAL_NUMBER, VOIP])
def test_a_number_that_is_no_mobile_one_gets_no_sms(phone: str, sent: SmsOutbox) -> None:
    status, body = request(phone)
    assert (status, body["code"], sent.messages) == (422, "phone_not_allowed", [])


def test_a_number_that_may_be_a_mobile_one_gets_an_sms(sent: SmsOutbox) -> None:
    assert request(MOBILE_OR_LANDLINE)[0] == 202


@pytest.mark.parametrize(
    ("kinds", "served"),
    [
        ({"fixed_line"}, {LANDLINE, MOBILE_OR_LANDLINE}),
        ({"mobile", "voip"}, {ALICE, MOBILE_OR_LANDLINE, VOIP}),
        ({"toll_free", "premium_rate"}, {TOLL_FREE, PREMIUM_RATE}),
        ({"*"}, {ALICE, LANDLINE, MOBILE_OR_LANDLINE, TOLL_FREE, PREMIUM_RATE, VOIP}),
    ],
)
def test_other_kinds_of_numbers_may_be_configured(
    kinds: set[str], served: set[str], settings: Settings
) -> None:
    settings.PHONE_KINDS = frozenset(kinds)
    asked = [ALICE, LANDLINE, MOBILE_OR_LANDLINE, TOLL_FREE, PREMIUM_RATE, VOIP]
    assert {phone for phone in asked if request(phone)[0] == 202} == served


def test_a_second_request_within_a_minute_is_refused(
    sent: SmsOutbox, clock: time_machine.Traveller
) -> None:
    request()
    clock.shift(59)
    answer = ContractClient().post("/auth/code", {"phone": ALICE})
    assert (answer.status_code, answer.json()["retry_after"], answer["Retry-After"]) == (
        429,
        1,
        "1",
    )
    assert len(sent.messages) == 1


def test_after_a_minute_the_same_code_comes_with_the_same_expiry(
    sent: SmsOutbox, clock: time_machine.Traveller
) -> None:
    _status, first = request()
    clock.shift(60)
    status, second = request()
    assert (status, second["code"], second["expires_in"]) == (202, first["code"], 240)
    assert second["request_id"] != first["request_id"]
    assert sent.codes(ALICE) == [first["code"]] * 2


def test_a_code_is_sent_three_times_at_most(sent: SmsOutbox, clock: time_machine.Traveller) -> None:
    resend_in = []
    for _ in range(3):
        resend_in.append(request()[1]["resend_in"])
        clock.shift(60)
    assert resend_in == [60, 60, 105]  # after the third, in the last quarter of the code's life
    for seconds_left in (45, 20, 1):
        clock.move_to(NOON.timestamp() + 225 - seconds_left)
        status, body = request()
        assert (status, body["retry_after"]) == (429, seconds_left)
    clock.move_to(NOON.timestamp() + 225)
    assert request()[1]["expires_in"] == 300
    assert len(sent.messages) == 4


def test_a_request_in_the_last_quarter_of_its_life_makes_a_new_code(
    clock: time_machine.Traveller,
) -> None:
    _status, first = request()
    clock.shift(225)
    status, second = request()
    assert (status, second["expires_in"]) == (202, 300)
    older, newer = LoginChallenge.objects.order_by("expires_at")
    assert [older.code, newer.code] == [first["code"], second["code"]]


def test_also_in_the_last_quarter_a_minute_lies_between_two_requests(
    clock: time_machine.Traveller,
) -> None:
    request()
    clock.shift(200)
    request()
    clock.shift(30)
    status, body = request()
    assert (status, body["retry_after"]) == (429, 30)
    clock.shift(30)
    assert request()[1]["expires_in"] == 300


def test_a_used_code_is_followed_by_a_new_one_at_once(
    sent: SmsOutbox, clock: time_machine.Traveller
) -> None:
    log_in(ALICE)
    used = LoginChallenge.objects.get()
    assert request()[0] == 202
    assert LoginChallenge.objects.exclude(pk=used.pk).get().used_at is None
    assert len(sent.messages) == 2


def test_an_expired_code_is_followed_by_a_new_one(clock: time_machine.Traveller) -> None:
    request()
    clock.shift(300)
    assert request()[1]["expires_in"] == 300
    assert LoginChallenge.objects.count() == 2


def test_two_phones_have_nothing_to_do_with_each_other(sent: SmsOutbox) -> None:
    assert [request(ALICE)[0], request(BOB)[0]] == [202, 202]
    assert [message.phone for message in sent.messages] == [ALICE, BOB]


def test_a_refused_sms_costs_no_waiting(sent: SmsOutbox) -> None:
    sent.failure = SmsRefused()
    status, body = request()
    assert (status, body["code"], LoginRequest.objects.count()) == (502, "sms_failed", 0)
    sent.failure = None
    assert request()[0] == 202


def test_a_refused_resend_leaves_the_earlier_request_alone(
    sent: SmsOutbox, clock: time_machine.Traveller
) -> None:
    _status, first = request()
    clock.shift(60)
    sent.failure = SmsRefused()
    assert request()[0] == 502
    challenge = LoginChallenge.objects.get()
    assert (challenge.sends, challenge.shared_tries) == (1, 3)
    login = {"phone": ALICE, "code": first["code"], "request_id": first["request_id"]}
    assert ContractClient().post("/auth/login", login).status_code == 200


def test_a_refused_resend_leaves_three_sends_in_all(
    sent: SmsOutbox, clock: time_machine.Traveller
) -> None:
    request()
    for failure in (SmsRefused(), None, None):
        clock.shift(60)
        sent.failure = failure
        request()
    assert len(sent.messages) == 3
    clock.shift(30)
    assert request()[0] == 429


def test_an_sms_without_a_clear_answer_counts_as_sent(sent: SmsOutbox) -> None:
    sent.failure = SmsUncertain()
    status, body = request()
    assert status == 202
    assert request()[0] == 429
    code = LoginChallenge.objects.get().code
    login = {"phone": ALICE, "code": code, "request_id": body["request_id"]}
    assert ContractClient().post("/auth/login", login).status_code == 200


def test_the_imitated_sms_takes_its_time(settings: Settings) -> None:
    assert settings.SMS_DELAY == (1.0, 2.0)
    settings.SMS_SENDERS, settings.SMS_DELAY = ("imitation:",), (0.05, 0.06)
    began = time.monotonic()
    status, _body = request()
    assert status == 202
    assert time.monotonic() - began >= 0.05
