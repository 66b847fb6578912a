"""How often a thing may happen: GCRA in PostgreSQL, exact with any number of workers.

A limit allows `burst` units at once, and refills the whole burst evenly over `refill`. Each key
keeps one moment, `spent_until` (the theoretical arrival time of ITU-T I.371). A unit moves it
forward by refill / burst, and it may be ahead of the clock by `refill` at most.
"""

import math
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from referral_api import security_log
from referral_api.errors import TooManyRequests
from referral_api.keyed_hashes import keyed_hash
from referral_api.networks import Network
from referral_api.sql import QUERIES


@dataclass(frozen=True)
class Unit:
    """One unit of a limit, for one subject."""

    key: str
    step: timedelta
    refill: timedelta


@dataclass(frozen=True)
class Rate:
    """So many units at once, and how fast they come back."""

    name: str
    step: timedelta
    refill: timedelta


@cache
def rate_of(burst: int, seconds: int) -> Rate:
    refill = timedelta(seconds=seconds)
    return Rate(name=f"{burst}/{seconds}", step=refill / burst, refill=refill)


@dataclass(frozen=True)
class Limit:
    """A rule; `setting` names its burst and seconds."""

    name: str
    setting: str

    def of(self, subject: object, *, percent: int = 100) -> Unit:
        """For a subject whose allowance is so many percent of the setting's."""
        burst, seconds = getattr(settings, self.setting)
        rate = rate_of(max(1, burst * percent // 100), seconds)
        # The rate is in the key. So a limit that is changed starts anew, and nobody waits by an
        # older rule.
        key = f"{self.name}:{rate.name}:{keyed_hash(subject)}"
        return Unit(key=key, step=rate.step, refill=rate.refill)

    def of_network(self, network: Network) -> list[Unit]:
        """For an address, and for the wider ranges that may belong to the same subscriber."""
        return [self.of(part.name, percent=100 * part.factor) for part in network.ranges]


# The default of each is in words behind it.
sms_to_phone = Limit("sms:phone", "LIMIT_SMS_PER_PHONE")  # 5 at once, then one an hour
sms_to_phone_from_network = Limit(  # 3 at once, then one in three hours
    "sms:phone+network", "LIMIT_SMS_PER_PHONE_AND_IP"
)
sms_to_device = Limit("sms:device", "LIMIT_SMS_PER_DEVICE")  # 5 at once, then one an hour
codes_of_test_phone = Limit(  # 100 at once, then 10 a minute
    "code:test-phone", "LIMIT_CODES_PER_TEST_PHONE"
)
sms_from_network = Limit("sms:network", "LIMIT_SMS_PER_IP")  # 20 at once, then 20 an hour
sms_of_site = Limit("sms:site", "LIMIT_SMS_PER_DAY")  # 10,000 a day
sms_of_strangers = Limit("sms:strangers", "LIMIT_SMS_PER_DAY")  # 70 % of them
wrong_logins = Limit("login:network", "LIMIT_WRONG_LOGINS_PER_IP")  # 30 at once, then 30 an hour
# Passwords of the admin: for each phone; for each browser where it has logged in before; and for
# each user whose old password is asked for.
wrong_passwords = Limit("staff:account", "LIMIT_STAFF_LOGINS_PER_ACCOUNT")  # 10 at once, 10 an hour
wrong_passwords_in_browser = Limit("staff:browser", "LIMIT_STAFF_LOGINS_PER_ACCOUNT")
wrong_old_passwords = Limit("staff:user", "LIMIT_STAFF_LOGINS_PER_ACCOUNT")
wrong_invites = Limit("invite:user", "LIMIT_WRONG_INVITES_PER_USER")  # 10 at once, then 10 an hour


def spend(units: Sequence[Unit]) -> None:
    """Takes one unit of each, or of none. Raises TooManyRequests with the exact `retry_after`."""
    if not units:
        return
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["spend_limits"], parameters(units, now))
        due, last_key = cursor.fetchone()
    if due > now:
        raise reached(last_key, due)


def give_back(units: Sequence[Unit]) -> None:
    if not units:
        return
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["give_back_limits"], parameters(units, timezone.now()))


class Charge:
    """Units that were taken before it is known whether the work goes wrong."""

    def __init__(self) -> None:
        self.is_given_back = False

    def give_back(self) -> None:
        """The work went well: the units come back when the block ends, also by a refusal."""
        self.is_given_back = True


@contextmanager
def charged(units: Sequence[Unit]) -> Iterator[Charge]:
    """Takes the units before the block, so that many callers at once find no gap.

    Raises TooManyRequests.
    """
    spend(units)
    charge = Charge()
    try:
        yield charge
    finally:
        if charge.is_given_back:
            give_back(units)


def parameters(units: Sequence[Unit], now: datetime) -> dict[str, Any]:
    """Of the statements in sql/queries that take limits."""
    ordered = sorted(units, key=lambda unit: unit.key)
    return {
        "now": now,
        "keys": [unit.key for unit in ordered],
        "steps": [unit.step for unit in ordered],
        "refills": [unit.refill for unit in ordered],
    }


def reached(key: str, due: datetime) -> TooManyRequests:
    """The refusal of the limit with this key, which allows the next unit at `due`."""
    name, _rate, subject = key.rsplit(":", 2)
    security_log.record("limit_reached", limit=name, subject=subject)
    return refused_until(due)


def refused_until(due: datetime) -> TooManyRequests:
    return TooManyRequests(retry_after=max(1, seconds_until(due)))


def blurred(moment: datetime, now: datetime) -> datetime:
    """A little later: in whole minutes, and up to two minutes more.

    A caller who asks in the very second in which a unit is free must not win each time.
    """
    minutes = math.ceil((moment - now).total_seconds() / 60)
    return now + timedelta(minutes=minutes, seconds=secrets.randbelow(121))


def seconds_until(moment: datetime) -> int:
    """Rounded up: a client that waits that long is never too early.

    The clock is Python's, so that tests can move it; PostgreSQL's is never asked.
    """
    return max(0, math.ceil((moment - timezone.now()).total_seconds()))
