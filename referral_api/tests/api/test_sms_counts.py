"""What became of each SMS is counted by region, sender and hour."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from pytest_django import Settings

from referral_api.gateways.sms.message import SmsRefused, SmsUncertain
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import SmsCount, SmsRegion, User
from referral_api.tests.support.clock import NOON
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Requester, log_in
from referral_api.tests.support.sms_provider import (
    WEBHOOK_SECRET,
    Reply,
    SmsProvider,
    sms_provider,
)
from referral_api.tests.support.sms_regions import ask, counted, phone_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def provider() -> Iterator[SmsProvider]:
    with sms_provider() as provider:
        yield provider


def test_a_code_is_counted_when_it_is_sent_and_when_it_is_confirmed() -> None:
    alice = Requester(ALICE)
    ask(BOB)
    ask(phone_in("KZ", 1))
    assert counted() == [("outbox", 2, 0, 0, 0)]
    alice.bound(alice.wrong)
    alice.bound(alice.code)
    alice.bound(alice.code)  # used already
    assert counted() == [("outbox", 2, 0, 0, 1)]
    assert counted("KZ") == [("outbox", 1, 0, 0, 0)]
    assert set(SmsCount.objects.values_list("hour", flat=True)) == {NOON}


def test_a_code_that_changes_a_phone_is_confirmed_too() -> None:
    alice = log_in(ALICE)
    new = Requester(BOB)
    change = {"phone": BOB, "code": new.code, "request_id": new.request_id}
    assert alice.client.put("/profile/phone", change).status_code == 200
    assert counted() == [("outbox", 2, 0, 0, 2)]


def test_a_login_counts_in_the_hour_of_its_sms(clock: time_machine.Traveller) -> None:
    clock.shift(3590)
    alice = Requester(ALICE)
    clock.shift(20)
    alice.unbound(alice.code)
    log_in(BOB)
    assert counted() == [("outbox", 1, 0, 0, 1), ("outbox", 1, 0, 0, 1)]


def test_a_code_that_was_sent_twice_is_confirmed_once(clock: time_machine.Traveller) -> None:
    Requester(ALICE)
    clock.shift(61)
    again = Requester(ALICE)
    again.bound(again.code)
    assert counted() == [("outbox", 2, 0, 0, 1)]


@pytest.mark.parametrize(
    ("failure", "counts"),
    [(SmsRefused(), ("outbox", 0, 1, 0, 0)), (SmsUncertain(), ("outbox", 0, 0, 1, 0))],
)
def test_what_was_not_taken_is_counted_too(
    failure: Exception, counts: tuple[str, int, int, int, int], sent: SmsOutbox
) -> None:
    sent.failure = failure
    ask(ALICE)
    assert counted() == [counts]


def test_each_sender_of_a_code_is_counted_and_a_login_at_the_one_that_took_it(
    settings: Settings, provider: SmsProvider
) -> None:
    settings.SMS_SENDERS = (provider.webhook, provider.webhook)
    settings.SMS_WEBHOOK_SECRET = WEBHOOK_SECRET
    replies = iter([Reply(500), Reply(204, b"")])
    provider.on_message = lambda: setattr(provider, "reply", next(replies))  # type: ignore[method-assign]
    ask(ALICE)
    login = {"phone": ALICE, "code": provider.received[0].fields["code"]}
    assert ContractClient().post("/auth/login", login).status_code == 200
    assert counted() == [("webhook", 0, 0, 1, 0), ("webhook-2", 1, 0, 0, 1)]


def test_a_test_number_is_counted_nowhere(settings: Settings) -> None:
    settings.TEST_PHONES = {ALICE: ("0427", date(2026, 5, 1))}
    alice = ask(ALICE).json()
    assert alice["code"] == "0427"
    assert not SmsCount.objects.exists()
    assert not SmsRegion.objects.exists()


def test_a_database_that_is_away_when_the_sms_is_sent_spoils_no_request() -> None:
    def fail_to_count(execute: Any, sql: str, *context: Any) -> Any:
        if "count_sms" in sql:
            raise OperationalError("away")
        return execute(sql, *context)

    with connection.execute_wrapper(fail_to_count):
        alice = Requester(ALICE)
    assert alice.bound(alice.code)[0] == 200
    assert counted() == []


def test_a_disabled_account_has_confirmed_its_code() -> None:
    User.objects.create_user(ALICE, is_active=False)
    alice = Requester(ALICE)
    assert alice.bound(alice.code)[0] == 403
    assert counted() == [("outbox", 1, 0, 0, 1)]
