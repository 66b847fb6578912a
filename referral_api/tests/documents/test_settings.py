import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.env import Env
from backend.management.commands.write_reference import table_of
from backend.settings_reference import env_example, settings_table

ROOT = Path(__file__).resolve().parents[3]
KEY = os.environ["SECRET_KEY"]  # of these tests alone


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
        ({"SECRET_KEY": KEY, "SMS_SENDER": "apprise"}, "SMS_APPRISE_URL is not set"),
        (
            {"SECRET_KEY": KEY, "SMS_SENDER": "apprise", "SMS_APPRISE_URL": "json://h/{phone}"},
            "PHONE_REGIONS is `*`",
        ),
        (
            {"SECRET_KEY": KEY, "DEBUG": "true", "LIMIT_SMS_PER_IP": "20"},
            "LIMIT_SMS_PER_IP is not BURST/SECONDS",
        ),
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
    ],
)
def test_an_unsafe_environment_does_not_start(environment: dict[str, str], complaint: str) -> None:
    refused = start(**environment)
    assert refused.returncode != 0
    assert complaint in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_refusal_prints_no_other_variable() -> None:
    refused = start(
        SECRET_KEY=KEY, OTP_PEPPER="hunter2-pepper", DATABASE_URL="postgresql://u:hunter2@h/d"
    )
    assert refused.returncode != 0
    assert "hunter2" not in refused.stderr
    assert KEY not in refused.stderr
