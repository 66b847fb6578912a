"""`manage.py sms_test`: what it says of each answer, with which code it ends."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from referral_api.tests.support.people import ALICE
from referral_api.tests.support.sms_answers import DIGITS, PHONE
from referral_api.tests.support.sms_provider import (
    WEBHOOK_SECRET,
    Reply,
    SmsProvider,
    sms_provider,
)


@pytest.fixture
def provider(settings: Settings) -> Iterator[SmsProvider]:
    """Of two senders: sms.ru, and a webhook of the same address."""
    with sms_provider() as provider:
        smsru = f"smsru://KEY?endpoint={provider.url}"
        settings.SMS_SENDERS = (smsru, provider.webhook)
        settings.SMS_WEBHOOK_SECRET = WEBHOOK_SECRET
        yield provider


def test_it_sends_a_made_up_code(provider: SmsProvider, capsys: pytest.CaptureFixture[str]) -> None:
    sent = {"status_code": 100, "sms": {DIGITS: {"status_code": 100, "sms_id": "1"}}}
    provider.reply = Reply(200, sent)
    call_command("sms_test", PHONE)
    (received,) = provider.received
    assert re.search(r"\b\d{4}\b", received.fields["msg"])
    assert "smsru: it took the message." in capsys.readouterr().out


def test_it_says_what_each_provider_answered(
    provider: SmsProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.reply = Reply(200, {"status_code": 201, "status_text": "Не хватает средств"})
    call_command("sms_test", PHONE)
    said = capsys.readouterr().out
    assert "smsru: nothing was sent (no money). It said: 201 Не хватает средств" in said
    assert "webhook: it took the message." in said


def test_one_sender_can_be_tried_alone(
    provider: SmsProvider, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("sms_test", PHONE, sender=2)
    assert len(provider.received) == 1
    assert "smsru" not in capsys.readouterr().out
    with pytest.raises(CommandError, match="SMS_SENDERS has 2 addresses"):
        call_command("sms_test", PHONE, sender=3)


@pytest.mark.parametrize(
    ("reply", "conclusion"),
    [
        (Reply(422, b"no such number"), "No SMS was sent"),
        (Reply(500), "It is not certain that an SMS was sent"),
    ],
)
def test_it_fails_where_no_sms_was_sent_for_sure(
    reply: Reply, conclusion: str, provider: SmsProvider
) -> None:
    provider.reply = reply
    with pytest.raises(CommandError, match=conclusion):
        call_command("sms_test", PHONE)


def test_it_says_that_a_number_gets_no_codes(
    provider: SmsProvider, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PHONE_REGIONS = frozenset({"KZ"})
    call_command("sms_test", PHONE, sender=2)
    assert "PHONE_REGIONS or PHONE_KINDS refuses codes" in capsys.readouterr().out


def test_the_imitation_is_told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SMS_SENDERS, settings.SMS_DELAY = ("imitation:",), (0, 0)
    call_command("sms_test", ALICE)
    assert "The imitation sends nothing." in capsys.readouterr().out


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="not a valid phone number"):
        call_command("sms_test", "12")
