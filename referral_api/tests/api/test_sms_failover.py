"""What becomes of a code request whose first sender fails."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from backend.env import Rate
from referral_api.gateways.sms.circuit import FAILURES, OPEN_SECONDS, Circuit
from referral_api.models import LoginChallenge, LoginRequest
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB
from referral_api.tests.support.servers import free_port
from referral_api.tests.support.sms_provider import (
    WEBHOOK_SECRET,
    Reply,
    SmsProvider,
    sms_provider,
)

pytestmark = pytest.mark.django_db
ACCEPTS, REFUSES, FAILS = Reply(204, b""), Reply(422), Reply(500)
IMPATIENT = (10.0, 0.1, 30.0)  # seconds for a connection, for an answer, for the chain


@pytest.fixture
def first() -> Iterator[SmsProvider]:
    with sms_provider() as provider:
        yield provider


@pytest.fixture
def second() -> Iterator[SmsProvider]:
    with sms_provider() as provider:
        yield provider


@pytest.fixture(autouse=True)
def _both(settings: Settings, first: SmsProvider, second: SmsProvider) -> None:
    settings.SMS_SENDERS = (first.webhook, second.webhook)
    settings.SMS_WEBHOOK_SECRET = WEBHOOK_SECRET


def request(phone: str = ALICE) -> tuple[int, dict[str, Any]]:
    answer = ContractClient().post("/auth/code", {"phone": phone})
    return answer.status_code, answer.json()


def test_the_second_is_not_asked_where_the_first_accepts(
    first: SmsProvider, second: SmsProvider
) -> None:
    status, body = request()
    assert status == 202
    (received,) = first.received
    assert second.received == []
    code = received.fields["code"]
    assert code in received.fields["text"]
    login = {"phone": ALICE, "code": code, "request_id": received.fields["request_id"]}
    assert body["request_id"] == login["request_id"]
    assert ContractClient().post("/auth/login", login).status_code == 200


@pytest.mark.parametrize("reply", [REFUSES, FAILS, Reply(200, closes=True)])
def test_the_second_takes_over(reply: Reply, first: SmsProvider, second: SmsProvider) -> None:
    first.reply = reply
    assert request()[0] == 202
    assert len(first.received) == len(second.received) == 1
    assert first.received[0].fields == second.received[0].fields


def test_the_second_takes_over_where_the_first_has_no_connection(
    settings: Settings, second: SmsProvider
) -> None:
    settings.SMS_SENDERS = (f"webhook+http://127.0.0.1:{free_port()}/", second.webhook)
    assert request()[0] == 202
    assert len(second.received) == 1


def test_the_second_takes_over_where_the_first_is_silent(
    settings: Settings, first: SmsProvider, second: SmsProvider
) -> None:
    settings.SMS_BOUNDS = IMPATIENT
    first.may_answer.clear()
    assert request()[0] == 202
    assert len(second.received) == 1


def test_no_sender_is_asked_once_the_time_of_all_is_over(
    settings: Settings, first: SmsProvider, second: SmsProvider
) -> None:
    settings.SMS_BOUNDS = (10.0, 10.0, 0.1)
    first.may_answer.clear()
    assert request()[0] == 202
    assert second.received == []


@pytest.mark.parametrize("replies", [(FAILS, REFUSES), (REFUSES, FAILS), (FAILS, FAILS)])
def test_a_code_that_may_have_been_sent_counts_as_sent(
    replies: tuple[Reply, Reply], settings: Settings, first: SmsProvider, second: SmsProvider
) -> None:
    settings.LIMIT_SMS_PER_DAY = Rate(1, 86_400)
    first.reply, second.reply = replies
    status, body = request()
    assert status == 202
    assert request(BOB)[0] == 429  # its unit stays charged
    code = LoginChallenge.objects.get().code
    login = {"phone": ALICE, "code": code, "request_id": body["request_id"]}
    assert ContractClient().post("/auth/login", login).status_code == 200


def test_where_all_refuse_nothing_was_sent(
    settings: Settings, first: SmsProvider, second: SmsProvider
) -> None:
    settings.LIMIT_SMS_PER_DAY = Rate(1, 86_400)
    first.reply = second.reply = REFUSES
    status, body = request()
    assert (status, body["code"], LoginRequest.objects.count()) == (502, "sms_failed", 0)
    second.reply = ACCEPTS
    assert request()[0] == 202  # the unit came back


def test_two_senders_cost_one_unit(
    settings: Settings, first: SmsProvider, second: SmsProvider
) -> None:
    settings.LIMIT_SMS_PER_DAY, settings.SMS_STRANGERS_PERCENT = Rate(2, 86_400), 100
    first.reply = FAILS
    assert [request(phone)[0] for phone in (ALICE, BOB)] == [202, 202]


def test_a_sender_that_fails_five_times_in_a_row_is_left_out(
    settings: Settings, first: SmsProvider, second: SmsProvider, caplog: pytest.LogCaptureFixture
) -> None:
    first.reply = FAILS
    with caplog.at_level(logging.WARNING):
        for number in range(FAILURES + 2):
            assert request(f"+7916123460{number}")[0] == 202
    assert (len(first.received), len(second.received)) == (FAILURES, FAILURES + 2)
    assert caplog.text.count("SMS sender webhook failed: server error") == FAILURES
    assert caplog.text.count("SMS sender webhook is left out for 30 seconds") == 1


def test_where_all_are_left_out_nothing_was_sent(settings: Settings, first: SmsProvider) -> None:
    settings.SMS_SENDERS = (first.webhook,)
    first.reply = FAILS
    for number in range(FAILURES):
        assert request(f"+7916123460{number}")[0] == 202
    assert request()[0] == 502
    assert not LoginRequest.objects.filter(phone=ALICE).exists()
    assert len(first.received) == FAILURES


def test_refused_numbers_leave_no_sender_out(first: SmsProvider) -> None:
    first.reply = REFUSES
    for number in range(FAILURES * 2):
        request(f"+7916123460{number}")
    assert len(first.received) == FAILURES * 2


def test_a_circuit_lets_one_message_try_after_its_time() -> None:
    now = 0.0
    circuit = Circuit(clock=lambda: now)
    opened = [circuit.failed() for _ in range(FAILURES)]
    assert opened == [False] * (FAILURES - 1) + [True]
    now = OPEN_SECONDS - 1
    assert not circuit.lets_through()
    now = OPEN_SECONDS
    assert [circuit.lets_through() for _ in range(3)] == [True, False, False]
    circuit.failed()
    now += OPEN_SECONDS - 1
    assert not circuit.lets_through()
    now += 1
    assert circuit.lets_through()
    circuit.answered()
    assert [circuit.lets_through() for _ in range(3)] == [True] * 3


def test_a_success_ends_the_row() -> None:
    circuit = Circuit()
    for _ in range(FAILURES - 1):
        circuit.failed()
    circuit.answered()
    circuit.failed()
    assert circuit.lets_through()


def test_no_library_logs_a_phone_a_text_or_a_key_in_the_address(
    settings: Settings, first: SmsProvider, caplog: pytest.LogCaptureFixture
) -> None:
    address = f"127.0.0.1:{first.server_port}/K3Y-in-the-path"
    settings.SMS_SENDERS = (f"webhook+http://user:K3Y-of-a-user@{address}",)
    settings.OTP_LENGTH = 8  # four digits may stand in a log by chance
    with caplog.at_level(logging.DEBUG):
        for reply in (ACCEPTS, FAILS, REFUSES):
            first.reply = reply
            request()
            request(BOB)
    assert {received.path for received in first.received} == {"/K3Y-in-the-path"}
    assert first.received[0].headers["authorization"].startswith("Basic ")
    codes = [received.fields["code"] for received in first.received]
    for secret in ("K3Y", ALICE[1:], BOB[1:], WEBHOOK_SECRET, *codes):
        assert secret not in caplog.text


def test_a_sender_of_apprise_gets_the_phone_and_the_code(
    settings: Settings, first: SmsProvider
) -> None:
    settings.SMS_SENDERS = (f"apprise+json://127.0.0.1:{first.server_port}/sms/{{phone}}",)
    assert request()[0] == 202
    (received,) = first.received
    assert received.path.endswith((ALICE, ALICE.replace("+", "%2B")))
    assert LoginChallenge.objects.get().code in received.fields["message"]
    first.reply = FAILS
    assert request(BOB)[0] == 202  # Apprise does not say whether it was a refusal


def test_the_answer_counts_from_the_moment_when_the_sms_was_sent(
    clock: time_machine.Traveller, first: SmsProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two_seconds_pass() -> None:
        clock.shift(2)

    monkeypatch.setattr(first, "on_message", two_seconds_pass)
    _status, answer = request()
    assert (answer["expires_in"], answer["resend_in"]) == (298, 58)
