"""A real sender, against a provider of our own on the loopback."""

import logging
from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE
from referral_api.tests.support.sms_provider import SmsProvider, sms_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings) -> Iterator[SmsProvider]:
    with sms_provider() as provider:
        settings.SMS_SENDER, settings.SMS_APPRISE_URL = "apprise", provider.url
        yield provider


def test_the_provider_gets_the_phone_and_the_code(
    api: ContractClient, provider: SmsProvider
) -> None:
    assert api.post("/auth/code", {"phone": ALICE}).status_code == 202
    ((path, body),) = provider.received
    assert path.endswith((ALICE, ALICE.replace("+", "%2B")))
    code = body["message"].removeprefix("Your Referral API code: ")
    assert api.post("/auth/login", {"phone": ALICE, "code": code}).status_code == 200


def test_a_failing_provider_is_a_502_and_nothing_of_it_is_logged(
    api: ContractClient, provider: SmsProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.status = 500
    with caplog.at_level(logging.WARNING):
        assert api.post("/auth/code", {"phone": ALICE}).json()["code"] == "sms_failed"
    assert ALICE[1:] not in caplog.text


def test_the_answer_counts_from_the_moment_when_the_sms_was_sent(
    clock: time_machine.Traveller,
    api: ContractClient,
    provider: SmsProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def two_seconds_pass() -> None:
        clock.shift(2)

    monkeypatch.setattr(provider, "on_message", two_seconds_pass)
    answer = api.post("/auth/code", {"phone": ALICE}).json()
    assert (answer["expires_in"], answer["resend_in"]) == (298, 58)
