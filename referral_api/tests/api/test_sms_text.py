"""What the phone shows, and what browsers and apps read in it."""

import pytest
from pytest_django import Settings

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE

pytestmark = pytest.mark.django_db


def sms_to_alice(sent: SmsOutbox, *, language: str = "en") -> list[str]:
    """The lines of the SMS, with CODE in the place of its code."""
    answer = ContractClient(language=language).post("/auth/code", {"phone": ALICE})
    assert answer.status_code == 202
    message = sent.messages[-1]
    return message.text.replace(message.code, "CODE").split("\n")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Your Referral API code: CODE"),
        ("ru", "Код Referral API: CODE"),
        ("ru-RU, en;q=0.5", "Код Referral API: CODE"),
        ("fr", "Your Referral API code: CODE"),
    ],
)
def test_the_sms_is_in_the_language_of_the_request(
    language: str, expected: str, sent: SmsOutbox
) -> None:
    assert sms_to_alice(sent, language=language) == [expected]


def test_the_sms_names_the_service(sent: SmsOutbox, settings: Settings) -> None:
    settings.SERVICE_NAME = "{code} Café"  # what looks like a template is none here
    assert sms_to_alice(sent) == ["Your {code} Café code: CODE"]


def test_an_own_text_is_for_its_language_alone(sent: SmsOutbox, settings: Settings) -> None:
    settings.SMS_TEXTS = {"en": "", "ru": "{code} — вход в {service}.\nНикому его не говорите."}
    russian = sms_to_alice(sent, language="ru")
    assert russian == ["CODE — вход в Referral API.", "Никому его не говорите."]


def test_english_keeps_its_text_where_only_russian_has_an_own_one(
    sent: SmsOutbox, settings: Settings
) -> None:
    settings.SMS_TEXTS = {"en": "", "ru": "{code}"}
    assert sms_to_alice(sent) == ["Your Referral API code: CODE"]


def test_a_browser_finds_the_code_of_its_host_in_the_last_line(
    sent: SmsOutbox, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://Referral.example:8443"
    settings.SMS_ANDROID_HASH = "FA+9qCX9VSu"
    assert sms_to_alice(sent) == [
        "Your Referral API code: CODE",
        "FA+9qCX9VSu",
        "@referral.example #CODE",
    ]


@pytest.mark.parametrize(
    ("address", "last_line"),
    [
        ("http://referral.example", None),  # a browser hands codes to https pages alone
        ("https://вход.рф", "@xn--b1ae3a1a.xn--p1ai #CODE"),
        ("https://10.0.0.7", "@10.0.0.7 #CODE"),
        ("https://[2001:db8::7]", None),
        ("https://[2001:db8::7", None),
        ("https://referral_api.example", None),
        ("https://referral..example", None),
    ],
)
def test_only_a_host_that_browsers_can_read_is_named(
    address: str, last_line: str | None, sent: SmsOutbox, settings: Settings
) -> None:
    settings.PUBLIC_URL = address
    first_line = "Your Referral API code: CODE"
    expected = [first_line] if last_line is None else [first_line, last_line]
    assert sms_to_alice(sent) == expected
