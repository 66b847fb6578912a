"""What `manage.py check --deploy` says of settings that start, and that nobody should go online
with. test_https.py has what it says of HTTPS, and the real command."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.checks import run_checks
from pytest_django import Settings

from backend.env import Env, Rate
from referral_api.tests.support.sms_provider import WEBHOOK_SECRET

LIMITS = [name for name in Env.model_fields if name.startswith("LIMIT_")]


@pytest.fixture
def online(settings: Settings) -> Settings:
    """The defaults, and a proxy with TLS."""
    for name in LIMITS:
        setattr(settings, name, Env.model_fields[name].default)
    settings.PUBLIC_URL = "https://referral.example"
    settings.TRUSTED_PROXIES = 1
    settings.ALLOWED_HOSTS = ["referral.example"]
    settings.CORS_ALLOW_ALL_ORIGINS = False
    settings.SMS_ALARM = (100, 10)
    return settings


def warnings() -> dict[str, str]:
    """Ours, from W005 on, by their id."""
    found = {}
    for message in run_checks(include_deployment_checks=True):
        if "referral_api.W005" <= str(message.id) <= "referral_api.W999":
            found[str(message.id)] = message.msg
    return found


def test_the_defaults_behind_a_proxy_are_fine(online: Settings) -> None:
    assert warnings() == {}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ALLOWED_HOSTS", ["a.example", "*"], "referral_api.W006"),
        ("CORS_ALLOW_ALL_ORIGINS", True, "referral_api.W007"),
        ("TRUSTED_PROXIES", 0, "referral_api.W008"),
        ("TRUSTED_PROXIES", 10, "referral_api.W009"),
        ("SMS_ALARM", None, "referral_api.W014"),
    ],
)
def test_what_is_open_to_everybody_is_named(
    name: str, value: Any, expected: str, online: Settings
) -> None:
    setattr(online, name, value)
    assert set(warnings()) == {expected}


@pytest.mark.parametrize("name", LIMITS)
def test_a_wide_limit_is_named(name: str, online: Settings) -> None:
    default = Env.model_fields[name].default
    more_at_once = Rate(default.burst + 1, default.seconds * 2)
    sooner_refilled = Rate(default.burst, default.seconds - 1)
    for wide in (more_at_once, sooner_refilled):
        setattr(online, name, wide)
        assert f"{name} (default {default})" in warnings()["referral_api.W005"]


@pytest.mark.parametrize("name", LIMITS)
def test_a_narrow_limit_is_fine(name: str, online: Settings) -> None:
    default = Env.model_fields[name].default
    setattr(online, name, Rate(default.burst, default.seconds * 2))
    assert warnings() == {}


def test_all_wide_limits_are_in_one_sentence(online: Settings) -> None:
    for name in LIMITS:
        setattr(online, name, Rate(1_000_000, 60))
    sentence = warnings()["referral_api.W005"]
    assert [name for name in LIMITS if name not in sentence] == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("smsru://key", False),
        ("webhook+https://sms.example/", False),
        ("webhook+http://127.0.0.1:9000/", False),
        ("webhook+http://sms.example/", True),
        ("smsru://key?endpoint=http://sms.example/", True),
    ],
)
def test_a_sender_without_tls_is_named(address: str, told: bool, online: Settings) -> None:
    online.SMS_SENDERS, online.SMS_WEBHOOK_SECRET = (address,), WEBHOOK_SECRET
    online.OTP_LENGTH = 6
    assert set(warnings()) == ({"referral_api.W010"} if told else set())


def test_test_numbers_are_named_and_those_whose_last_day_is_over(
    online: Settings, clock: time_machine.Traveller
) -> None:
    online.TEST_PHONES = {
        "+79990000001": ("1234", date(2026, 5, 1)),  # the clock's own day
        "+79990000002": ("5678", date(2026, 4, 30)),
    }
    sentence = warnings()["referral_api.W013"]
    assert "+79990000001 (until 2026-05-01)" in sentence
    assert "+79990000002 (over since 2026-04-30" in sentence
    assert "1234" not in sentence
