"""What the settings in force are worth against guessing.

A code of n digits is found by k different guesses with probability k / 10^n (NIST SP 800-63B-4
§3.2.2 limits the same product). Guesses at codes of different lengths are independent. So the
attacker fails with the product of (1 - 10^-n)^k over the lengths.

How many guesses the attacker has at each length follows from the rules:

- each request has `OTP_TRIES` of its own, and brings as many to share;
- a code is sent `MAX_SENDS` times at most;
- from each threshold of wrong tries on, the next codes are longer.

All of it is the lane of strangers: the lanes of known devices open to their own devices alone.

The best attacker stops one try before a threshold, and requests a code of that length then: all
tries at this code may pass the threshold. A second code beside it is no gain, because the tries
that the older code still allows count for the length of the newer one.
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
    log_of_failure = 0.0
    for guesses in best_guesses(days):
        log_of_failure += guesses.tries * log1p(-(10.0**-guesses.digits))
    return 1 - exp(log_of_failure)


def best_guesses(days: int) -> list[Guesses]:
    """What the best attacker on one phone can do with the SMS that it may be sent."""
    *shorter, longest = guesses_in_a_window()
    windows = ceil(days / settings.OTP_GROWTH_DAYS) if shorter else 1
    # Only the last window goes on at the longest length: such guesses in an earlier window would
    # keep the codes of the next one long.
    days_of_last_window = days - (windows - 1) * settings.OTP_GROWTH_DAYS
    left = sms_to_one_phone(days_of_last_window) * tries_of_sms()
    found = []
    for guesses in shorter:
        in_last_window = min(left, guesses.tries)
        left -= in_last_window
        tries = in_last_window + guesses.tries * (windows - 1)
        found.append(Guesses(digits=guesses.digits, tries=tries))
    found.append(Guesses(digits=longest.digits, tries=left))
    return found


def takeovers_by_spraying(days: int = YEAR) -> float:
    """Expected takeovers where all SMS of the site that strangers get go to as many phones.

    Each of these phones gets one code of the first length.
    """
    burst, seconds = settings.LIMIT_SMS_PER_DAY
    share = settings.SMS_STRANGERS_PERCENT / 100
    sms = share * (burst + burst / seconds * days * DAY_SECONDS)
    codes = 10.0**settings.OTP_LENGTH
    return float(sms * tries_of_sms() / codes)


def tries_of_sms() -> int:
    """Of the request itself, and those that callers without its id share."""
    if settings.OTP_REQUIRE_REQUEST_ID:
        return int(settings.OTP_TRIES)
    return int(settings.OTP_TRIES * 2)


def sms_to_one_phone(days: int) -> float:
    burst, seconds = settings.LIMIT_SMS_PER_PHONE
    return float(burst + burst / seconds * days * DAY_SECONDS)


def guesses_in_a_window() -> list[Guesses]:
    """What OTP_GROWTH_DAYS give at each length; the last length is not bounded by a threshold."""
    tries_of_code = MAX_SENDS * tries_of_sms()
    digits = settings.OTP_LENGTH
    spent = 0
    found = []
    for threshold, longer in settings.OTP_LENGTH_GROWTH:
        if longer <= digits:
            continue
        tries = 0
        if threshold > spent:
            tries = max(0, threshold - 1 - spent) + tries_of_code
        found.append(Guesses(digits=digits, tries=tries))
        spent += tries
        digits = longer
    found.append(Guesses(digits=digits, tries=0))
    return found
