"""DEBUG=true brings the development defaults, and without it none applies: with `make` too."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend import development
from backend.env import Env
from referral_api.tests.support.deployment_files import ROOT, settings_of

KEY = secrets.token_hex(32)
OFF = ["false", "False", "0", "off", "no"]
SHOWN = "from django.conf import settings as s; print(s.DEBUG, s.LIMIT_SMS_PER_IP, s.SECRET_KEY)"


def test_with_debug_alone_the_development_defaults_apply() -> None:
    env = settings_of({"DEBUG": "true"})
    assert env.SECRET_KEY.get_secret_value() == development.DEFAULTS["SECRET_KEY"]
    given = {name: str(getattr(env, name)) for name in development.DEFAULTS if "LIMIT" in name}
    assert given.items() <= development.DEFAULTS.items()


def test_every_limit_has_a_wide_one_for_development() -> None:
    limits = {name for name in Env.model_fields if name.startswith("LIMIT_")}
    missing = limits - set(development.DEFAULTS)
    assert missing == set(), f"add {missing} to backend/development.py"


def test_what_is_given_wins_over_a_development_default() -> None:
    env = settings_of({"DEBUG": "true", "LIMIT_SMS_PER_IP": "7/60", "SECRET_KEY": KEY})
    assert (str(env.LIMIT_SMS_PER_IP), env.SECRET_KEY.get_secret_value()) == ("7/60", KEY)


@pytest.mark.parametrize("off", ["", "maybe", *OFF])
def test_with_debug_off_there_is_no_key(off: str) -> None:
    with pytest.raises(ValidationError, match="SECRET_KEY"):
        settings_of({"DEBUG": off, "SMS_SHOW_CODE": "true"})


@pytest.mark.parametrize("off", OFF)
def test_with_debug_off_the_limits_are_those_of_the_table(off: str) -> None:
    env = settings_of({"DEBUG": off, "SMS_SHOW_CODE": "true", "SECRET_KEY": KEY})
    for name in development.DEFAULTS:
        if name.startswith("LIMIT_"):
            assert getattr(env, name) == Env.model_fields[name].default


def made(folder: Path, *, dotenv: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """`make manage` in a folder with this .env, where all is installed."""
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "manage.py").symlink_to(ROOT / "manage.py")
    if dotenv:
        (folder / ".env").write_text(dotenv)
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment
    command = ["make", "--file", str(ROOT / "Makefile"), "INSTALL=true", "manage"]
    command.append(f"ARGS=shell --verbosity 0 --command '{SHOWN}'")
    return subprocess.run(
        command, cwd=folder, env=clean, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("dotenv", "debug"), [("", ""), ("OTP_LENGTH=6", ""), ("DEBUG=no", "1")])
def test_make_brings_them_where_nothing_says_otherwise(
    tmp_path: Path, dotenv: str, debug: str
) -> None:
    ran = made(tmp_path, dotenv=dotenv, DEBUG=debug)
    key = development.DEFAULTS["SECRET_KEY"]
    assert (ran.stdout, ran.stderr) == (f"True 10000/60 {key}\n", "")


@pytest.mark.parametrize(("dotenv", "debug"), [("", "false"), ("DEBUG=false", ""), ("DEBUG=", "")])
def test_make_with_debug_off_does_not_start_without_a_key(
    tmp_path: Path, dotenv: str, debug: str
) -> None:
    ran = made(tmp_path, dotenv=dotenv, DEBUG=debug, SMS_SHOW_CODE="true")
    assert ran.returncode != 0
    assert "Not started: SECRET_KEY is not set" in ran.stderr


def test_make_with_debug_off_has_the_limits_of_the_table(tmp_path: Path) -> None:
    dotenv = f"DEBUG=false\nSECRET_KEY={KEY}\nSMS_SHOW_CODE=true\n"
    ran = made(tmp_path, dotenv=dotenv)
    assert ran.stdout == f"False 20/3600 {KEY}\n"
