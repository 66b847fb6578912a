"""SECURITY.md names only what exists, and its figures are those of the defaults."""

import re
from pathlib import Path

import pytest
from pytest_django import Settings

from backend.env import Env
from referral_api.services import risk

ROOT = Path(__file__).parents[3]
SECURITY = (ROOT / "SECURITY.md").read_text()
TESTS = set(re.findall(r"`(test_\w+\.py)`", SECURITY))


def clauses() -> list[list[str]]:
    lines = [line for line in SECURITY.splitlines() if line.startswith(("| ASVS", "| NIST"))]
    return [line.strip("| ").split(" | ") for line in lines]


@pytest.mark.parametrize("name", sorted(TESTS))
def test_every_test_file_that_is_named_exists(name: str) -> None:
    assert list((ROOT / "referral_api/tests").glob(f"*/{name}"))


def test_every_setting_that_is_named_exists() -> None:
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+|DEBUG)\b", SECURITY))
    assert len(named) > 10
    assert named - set(Env.model_fields) == set()


def test_every_clause_says_where_it_is_tested_or_that_we_differ() -> None:
    assert len(clauses()) > 15
    for clause, asked, done, tests in clauses():
        assert asked, clause
        assert "**Differs" in done or tests != "–", clause


@pytest.fixture
def defaults(settings: Settings) -> Settings:
    """The tests run with limits and lengths of their own."""
    for name in (
        "LIMIT_SMS_PER_PHONE",
        "LIMIT_SMS_PER_DAY",
        "OTP_LENGTH",
        "OTP_TRIES",
        "OTP_REQUIRE_REQUEST_ID",
    ):
        setattr(settings, name, Env.model_fields[name].default)
    settings.OTP_LENGTH_GROWTH = Env.model_fields["OTP_LENGTH_GROWTH"].default.steps
    return settings


def figures() -> list[str]:
    day, year = risk.takeover_probability(1), risk.takeover_probability(risk.YEAR)
    return [f"{100 * day:.4f} %", f"{100 * year:.4f} %", f"{risk.takeovers_by_spraying():,.0f}"]


def test_the_figures_are_those_of_the_settings(defaults: Settings) -> None:
    printed = [
        line.strip("| ").split(" | ")
        for line in SECURITY.splitlines()
        if "take" in line and line.count("|") == 4
    ]
    assert [row[1] for row in printed] == figures()
    defaults.OTP_LENGTH, defaults.OTP_REQUIRE_REQUEST_ID = 6, True
    assert [row[2] for row in printed] == figures()
