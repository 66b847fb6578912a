"""What the settings in force are worth against guessing.

A code of n digits falls to k distinct guesses with probability k / 10^n (NIST SP 800-63B-4 §3.2.2 throttles the same
product). Guesses at codes of different lengths are independent, so the attacker fails with the product of
(1 - 10^-n)^k over the lengths. How many guesses at each length he gets follows from the rules: each request has
`OTP_TRIES` of its own and brings as many to share, a code has three sends at most, and from each threshold of wrong
tries on the next codes are longer. He does best by stopping one short of a threshold and asking for a code of that
length then: its tries may all pass the threshold.
"""

from dataclasses import dataclass
from math import ceil, exp, log1p

from django.conf import settings

from referral_api.services.code_requests import MAX_SENDS

YEAR = 365
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Guesses:
    """So many guesses at codes of so many digits."""

    digits: int
    tries: float


def takeover_probability(days: int) -> float:
    """That one phone is taken over in so many days, by an attacker with any number of addresses."""
    return 1 - exp(sum(part.tries * log1p(-(10.0**-part.digits)) for part in best_guesses(days)))


def best_guesses(days: int) -> list[Guesses]:
    """What the best attacker on one phone can do with the SMS that it may be sent."""
    *short, (longest, _) = _lengths()
    windows = ceil(days / settings.OTP_GROWTH_DAYS) if short else 1
    # Only the last window goes on at the longest length: such guesses in an earlier one would keep the codes long.
    left = _sms_to_one_phone(days - (windows - 1) * settings.OTP_GROWTH_DAYS) * tries_of_sms()
    found = []
    for digits, tries in short:
        in_last = min(left, float(tries))
        found.append(Guesses(digits, in_last + tries * (windows - 1)))
        left -= in_last
    return [*found, Guesses(longest, left)]


def takeovers_by_spraying(days: int = YEAR) -> float:
    """Expected takeovers where the whole site's SMS go to as many phones, each with a code of the first length."""
    burst, seconds = settings.LIMIT_SMS_PER_DAY
    return (
        (burst + burst / seconds * days * DAY_SECONDS) * tries_of_sms() / 10.0**settings.OTP_LENGTH
    )


def tries_of_sms() -> int:
    """Of the request itself, and those that callers without its id share."""
    return settings.OTP_TRIES * (1 if settings.OTP_REQUIRE_REQUEST_ID else 2)


def _sms_to_one_phone(days: int) -> float:
    burst, seconds = settings.LIMIT_SMS_PER_PHONE
    return float(burst + burst / seconds * days * DAY_SECONDS)


def _lengths() -> list[tuple[int, int]]:
    """Each length with the tries that a window of OTP_GROWTH_DAYS gives at it, the last without an end."""
    code_tries, spent = MAX_SENDS * tries_of_sms(), 0
    digits, found = settings.OTP_LENGTH, []
    for threshold, longer in settings.OTP_LENGTH_GROWTH:
        if longer > digits:
            tries = max(0, threshold - 1 - spent) + code_tries if threshold > spent else 0
            found.append((digits, tries))
            spent, digits = spent + tries, longer
    return [*found, (digits, 0)]
