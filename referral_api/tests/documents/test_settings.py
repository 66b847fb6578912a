import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.env import Env, explain
from backend.management.commands.write_reference import table_of
from backend.settings_reference import env_example, settings_table
from referral_api.tests.support.deployment_files import settings_of

ROOT = Path(__file__).resolve().parents[3]
KEY = os.environ["SECRET_KEY"]  # of these tests alone
TEST_PHONE = "+79990000001:1234:2027-12-31"


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` in an environment of nothing else."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_example_lists_every_setting_as_it_is() -> None:
    assert (ROOT / ".env.example").read_text() == env_example()


def test_the_readme_lists_every_setting_as_it_is() -> None:
    assert table_of((ROOT / "docs/settings.md").read_text(), "settings") == settings_table()


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Env.model_fields.values())


def test_a_safe_environment_starts() -> None:
    assert start(SECRET_KEY=KEY, SMS_SHOW_CODE="false", PYTHONOPTIMIZE="1").returncode == 0


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short", "SMS_SHOW_CODE": "false"}, "SECRET_KEY needs at least 32 bytes"),
        ({"SECRET_KEY": KEY}, "SMS_SHOW_CODE is not set"),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "OTP_PEPPER": "weak"},
            "OTP_PEPPER needs at least 32 bytes",
        ),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "SMS_DELAY_MIN": "3"},
            "SMS_DELAY_MAX is less than SMS_DELAY_MIN",
        ),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "DATABASE_URL": "mysql://u:hunter2@h/d"},
            "DATABASE_URL is not a",
        ),
        ({"SECRET_KEY": KEY, "DEBUG": "true", "OTP_LENGTH": "3"}, "OTP_LENGTH"),
        ({"SECRET_KEY": KEY, "DEBUG": "true", "PORT": "eighty"}, "PORT"),
        ({"SECRET_KEY": KEY, "SMS_SENDERS": "smsru://key"}, "PHONE_REGIONS is `*`"),
        (
            {"SECRET_KEY": KEY, "SMS_SENDERS": "webhook+https://example.com"},
            "SMS_SENDERS: address 1 needs SMS_WEBHOOK_SECRET",
        ),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "LIMIT_SMS_PER_IP": "20"},
            "LIMIT_SMS_PER_IP is not BURST/SECONDS",
        ),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "SMS_ALARM": "100"},
            "SMS_ALARM is neither `off` nor CODES:PERCENT, such as 100:10",
        ),
        ({"SECRET_KEY": KEY, "DEBUG": "true", "SMS_ALARM": "100:101"}, "SMS_ALARM is neither"),
        ({"SECRET_KEY": KEY, "DEBUG": "true", "PYTHONOPTIMIZE": "2"}, "PYTHONOPTIMIZE=2"),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "PHONE_KINDS": "mobile,cellular"},
            "PHONE_KINDS has `cellular`, which is none of: mobile, fixed_line, voip",
        ),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "PHONE_KINDS": ","},
            "PHONE_KINDS names no kind of numbers",
        ),
        ({"SECRET_KEY": KEY, "DEBUG": "true", "SERVICE_NAME": "a\nb"}, "SERVICE_NAME"),
        ({"SECRET_KEY": KEY, "DEBUG": "true", "SMS_ANDROID_HASH": "short"}, "SMS_ANDROID_HASH"),
        ({"SECRET_KEY": KEY, "DEBUG": "true", "SMS_TEXT_EN": "Hello"}, "SMS_TEXT_EN has no {code}"),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "SMS_TEXT_RU": "{code} {name}"},
            "SMS_TEXT_RU has `{name}`: only {code} and {service} are filled in",
        ),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "SMS_TEXT_RU": "{code"},
            "SMS_TEXT_RU is no template",
        ),
        (
            {"SECRET_KEY": KEY, "SMS_SHOW_CODE": "false", "TEST_PHONES": TEST_PHONE},
            "set TEST_PHONES_IN_PRODUCTION=true",
        ),
    ],
)
def test_an_unsafe_environment_does_not_start(environment: dict[str, str], complaint: str) -> None:
    refused = start(**environment)
    assert refused.returncode != 0
    assert complaint in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ("+79990000001:1234", "has an entry, number 1, that is not PHONE:CODE:LAST_DAY"),
        (f"{TEST_PHONE},", "has an entry, number 2, that is not PHONE:CODE:LAST_DAY"),
        ("+79990000001:123:2027-12-31", "a code has 4 to 8 digits"),
        ("+79990000001:123456789:2027-12-31", "a code has 4 to 8 digits"),
        ("+79990000001:١٢٣٤:2027-12-31", "a code has 4 to 8 digits"),
        ("+79990000001:1234:2027-02-29", "has a day in entry 1 that no calendar has"),
        ("+79990000001:1234:20271231", "has an entry, number 1, that is not"),
        ("9990000001:1234:2027-12-31", "has an entry, number 1, that is not"),
        ("+70000000001:1234:2027-12-31", "has no valid phone number"),
        (f"{TEST_PHONE},+79990000001:4321:2027-12-31", "has the phone of entry 2 twice"),
        (",".join([TEST_PHONE] * 11), "has 11 entries: 10 are the most"),
    ],
)
def test_a_wrong_test_number_is_named_without_its_code(entries: str, complaint: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_of({"SECRET_KEY": KEY, "DEBUG": "true", "TEST_PHONES": entries})
    sentence = explain(refused.value)
    assert sentence.startswith("TEST_PHONES has ")
    assert complaint in sentence
    assert "1234" not in sentence.replace("such as +79990000001:1234:2027-12-31", "")


@pytest.mark.parametrize(
    ("senders", "value", "alarm"),
    [
        ("imitation:", "", None),
        ("smsru://key", "", (100, 10)),
        ("smsru://key", "off", None),
        ("imitation:", "20:100", (20, 100)),
    ],
)
def test_the_alarm_is_on_with_real_sms_unless_it_is_set(
    senders: str, value: str, alarm: tuple[int, int] | None
) -> None:
    environment = {"SECRET_KEY": KEY, "SMS_SHOW_CODE": "false", "PHONE_REGIONS": "RU"}
    env = settings_of(environment | {"SMS_SENDERS": senders, "SMS_ALARM": value})
    assert env.sms_alarm == alarm


@pytest.mark.parametrize("last_day", ["2020-01-01", "9999-12-31"])
def test_test_numbers_that_are_meant_start_in_production_also_after_their_last_day(
    last_day: str,
) -> None:
    env = settings_of(
        {
            "SECRET_KEY": KEY,
            "SMS_SHOW_CODE": "false",
            "TEST_PHONES": f"{TEST_PHONE}, +79990000002:00000000:{last_day}",
            "TEST_PHONES_IN_PRODUCTION": "true",
        }
    )
    assert env.test_phones == {
        "+79990000001": ("1234", date(2027, 12, 31)),
        "+79990000002": ("00000000", date.fromisoformat(last_day)),
    }


def test_a_refusal_prints_no_other_variable() -> None:
    refused = start(
        SECRET_KEY=KEY, OTP_PEPPER="hunter2-pepper", DATABASE_URL="postgresql://u:hunter2@h/d"
    )
    assert refused.returncode != 0
    assert "hunter2" not in refused.stderr
    assert KEY not in refused.stderr
