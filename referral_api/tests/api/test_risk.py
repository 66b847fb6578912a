"""The arithmetic of `otp_risk`, against a calculation by hand and against the best attacker."""

from io import StringIO

import pytest
import time_machine
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from pytest_django import Settings

from backend.env import Rate
from referral_api.services import risk
from referral_api.tests.support.best_attacker import BestAttacker

PRODUCTION_LIMIT = Rate(5, 18_000)


def test_by_hand_a_year_is_worth_54_guesses_at_four_digits_and_few_longer_ones(
    settings: Settings,
) -> None:
    settings.LIMIT_SMS_PER_PHONE = PRODUCTION_LIMIT
    short, middle, long = risk.best_guesses(365)
    assert (short.digits, short.tries) == (4, 54)
    assert (middle.digits, middle.tries) == (6, 40)
    assert long.digits == 8
    assert long.tries == pytest.approx((5 + 24 * 182) * 6 - 27 - 20)
    assert risk.takeover_probability(365) == pytest.approx(0.0054 + 0.00004 + 0.00026, rel=0.01)


def test_without_growth_a_targeted_phone_falls(settings: Settings) -> None:
    settings.LIMIT_SMS_PER_PHONE = PRODUCTION_LIMIT
    settings.OTP_LENGTH_GROWTH = ()
    assert risk.takeover_probability(1) == pytest.approx((5 + 24) * 6 / 10_000, rel=0.01)
    assert risk.takeover_probability(365) > 0.99


def test_spraying_is_worth_six_guesses_an_sms(settings: Settings) -> None:
    settings.LIMIT_SMS_PER_DAY = Rate(10_000, 86_400)
    assert risk.takeovers_by_spraying() == pytest.approx(366 * 7_000 * 6 / 10_000)  # 70 %


def test_the_command_prints_what_is_in_force(settings: Settings) -> None:
    settings.LIMIT_SMS_PER_PHONE = PRODUCTION_LIMIT
    printed = StringIO()
    call_command("otp_risk", stdout=printed)
    assert f"{risk.takeover_probability(365):.4%}" in printed.getvalue()


def deploy_warnings() -> set[str | None]:
    return {
        message.id for message in run_checks(tags=[Tags.security], include_deployment_checks=True)
    }


def test_the_deploy_check_warns_above_one_percent_a_year(settings: Settings) -> None:
    settings.LIMIT_SMS_PER_PHONE = PRODUCTION_LIMIT
    assert "referral_api.W003" not in deploy_warnings()
    settings.OTP_LENGTH_GROWTH = ()
    assert "referral_api.W003" in deploy_warnings()


def test_the_deploy_check_wants_six_digits_of_a_real_sender(settings: Settings) -> None:
    assert "referral_api.W004" in deploy_warnings()  # the outbox of the tests counts as real
    settings.OTP_LENGTH = 6
    assert "referral_api.W004" not in deploy_warnings()


@pytest.mark.django_db
def test_the_best_attacker_in_simulation_gets_what_the_arithmetic_says(
    clock: time_machine.Traveller, settings: Settings
) -> None:
    # One SMS in two days, not one an hour: less to do, and little changes at the longest length.
    settings.LIMIT_SMS_PER_PHONE = Rate(5, 10 * 86_400)
    attacker = BestAttacker(clock, days=365)
    simulated = attacker.run()
    assert attacker.guesses[4] == 54
    assert simulated == pytest.approx(risk.takeover_probability(365), rel=0.1)
    assert simulated < 0.006
