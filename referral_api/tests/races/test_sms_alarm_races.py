"""The alarm with many callers at once: each SMS is counted, and a region is closed once."""

import json
from collections import Counter
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from referral_api.gateways.sms.chain import Attempt
from referral_api.models import User
from referral_api.services import sms_counts
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import Requester
from referral_api.tests.support.races import race
from referral_api.tests.support.sms_provider import (
    WEBHOOK_SECRET,
    SmsProvider,
    sms_provider,
)
from referral_api.tests.support.sms_regions import ask, counted, phone_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def closings(capfd: pytest.CaptureFixture[str]) -> list[tuple[str, int, int]]:
    """Region, codes and confirmations of each closing in the security log since the last call."""
    written = capfd.readouterr().err.splitlines()
    lines = [json.loads(line) for line in written if line.startswith("{")]
    closed = [line for line in lines if line["event"] == "sms_region_closed"]
    return [(line["region"], line["sent"], line["confirmed"]) for line in closed]


def count(number: int, *, sender: str = "one") -> None:
    attempt = Attempt(sender=sender, result="accepted")
    sms_counts.count(phone=phone_in("RU", number), challenge_id=uuid4(), attempts=[attempt])


def test_forty_codes_at_once_close_a_region_once_at_the_threshold(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_ALARM = (20, 10)
    answers = race(*(partial(ask, phone_in("RU", n)) for n in range(40)))
    statuses = Counter(answer.status_code for answer in answers)
    assert closings(capfd) == [("RU", 20, 0)]
    assert counted() == [("outbox", statuses[202], 0, 0, 0)]
    assert statuses[202] + statuses[429] == 40
    assert ask(phone_in("RU", 50)).status_code == 429


def test_the_codes_of_two_senders_at_once_count_together(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_ALARM = (20, 10)
    by_one = [partial(count, n) for n in range(20)]
    by_another = [partial(count, n, sender="another") for n in range(20, 40)]
    race(*by_one, *by_another)
    assert closings(capfd) == [("RU", 20, 0)]
    assert sorted(counted()) == [("another", 20, 0, 0, 0), ("one", 20, 0, 0, 0)]


def test_many_who_find_a_region_open_again_open_it_once(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_ALARM = (5, 10)
    race(*(partial(count, n) for n in range(10)))
    sms_counts.open_region(region="RU")
    race(*(partial(count, n) for n in range(10)))
    assert closings(capfd) == [("RU", 5, 0)] * 2
    assert counted() == [("one", 10, 0, 0, 0)] * 2


def test_logins_and_further_codes_at_once_wait_for_each_other_in_one_order(
    settings: Settings,
) -> None:
    settings.OTP_RESEND = settings.OTP_RESEND * 0
    requesters = [Requester(phone_in("RU", n)) for n in range(20)]
    log_ins = [partial(requester.bound, requester.code) for requester in requesters]
    resends = [partial(ask, requester.phone) for requester in requesters]
    race(*log_ins, *resends)
    ((_sender, sent, _refused, _uncertain, confirmed),) = counted()
    assert (sent, confirmed) == (40, 20)


def test_a_login_that_is_quicker_than_the_answer_of_the_sender_is_counted(
    settings: Settings,
) -> None:
    with sms_provider() as provider:
        settings.SMS_SENDERS, settings.SMS_WEBHOOK_SECRET = (provider.webhook,), WEBHOOK_SECRET
        provider.on_message = partial(log_in_with, provider)  # type: ignore[method-assign]
        assert ask(phone_in("RU", 1)).status_code == 202
    assert User.objects.count() == 1
    assert counted() == [("webhook", 1, 0, 0, 1)]


def log_in_with(provider: SmsProvider) -> None:
    """The code that it has just got; on a thread and a connection of its own."""
    fields = provider.received[-1].fields
    ContractClient().post("/auth/login", {"phone": fields["phone"], "code": fields["code"]})
    connection.close()
