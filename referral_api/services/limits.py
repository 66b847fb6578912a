"""How often a thing may happen: GCRA in PostgreSQL, exact with any number of workers.

A limit allows `burst` at once and refills the whole burst evenly over `refill`. Each key keeps one instant, the
theoretical arrival time (TAT): a unit moves it on by refill / burst, and it may run ahead of the clock by `refill`
at most (ITU-T I.371, the virtual scheduling algorithm).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from referral_api.errors import TooManyRequests
from referral_api.services.clock import seconds_until

# One atomic call of PostgreSQL (migration 0003): all limits are spent, or none.
SPEND = "SELECT referral_api_spend_limits(%(keys)s, %(steps)s::interval[], %(refills)s::interval[], %(now)s)"
GIVE_BACK = """
UPDATE referral_api_limit SET tat = tat - step
  FROM unnest(%(keys)s, %(steps)s::interval[]) AS wanted (key, step) WHERE referral_api_limit.key = wanted.key
"""


@dataclass(frozen=True)
class Unit:
    """One unit of a limit, for one subject."""

    key: str
    step: timedelta
    refill: timedelta


@dataclass(frozen=True)
class Limit:
    name: str
    setting: str  # of a Rate: burst / seconds

    def of(self, subject: object) -> Unit:
        burst, seconds = getattr(settings, self.setting)
        refill = timedelta(seconds=seconds)
        # The rate is in the key: a limit that is changed starts anew, and never makes anybody wait by an older rule.
        return Unit(f"{self.name}:{burst}/{seconds}:{subject}", refill / burst, refill)


sms_to_phone = Limit("sms:phone", "LIMIT_SMS_PER_PHONE")  # 5 at once, then one an hour
sms_from_address = Limit("sms:address", "LIMIT_SMS_PER_IP")  # 20 at once, then 20 an hour
sms_of_site = Limit("sms:site", "LIMIT_SMS_PER_DAY")  # 10,000 a day
wrong_logins = Limit("login:address", "LIMIT_WRONG_LOGINS_PER_IP")  # 30 at once, then 30 an hour
wrong_invites = Limit("invite:user", "LIMIT_WRONG_INVITES_PER_USER")  # 10 at once, then 10 an hour


def network_of(address: str) -> str:
    """Whom an address stands for: an IPv4 host, or an IPv6 /64, which one subscriber has whole."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(ip_network((int(ip) >> 64 << 64, 64)))
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def parameters(units: Sequence[Unit], now: datetime) -> dict[str, Any]:
    """Of the statements above."""
    ordered = sorted(units, key=lambda unit: unit.key)
    return {
        "now": now,
        "keys": [unit.key for unit in ordered],
        "steps": [unit.step for unit in ordered],
        "refills": [unit.refill for unit in ordered],
    }


def spend(*units: Unit) -> None:
    """Takes one unit of each, or of none. Raises TooManyRequests with the exact `retry_after`."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(SPEND, parameters(units, now))
        (due,) = cursor.fetchone()
    if due > now:
        raise refused_until(due)


def refused_until(due: datetime) -> TooManyRequests:
    return TooManyRequests(retry_after=max(1, seconds_until(due)))


def give_back(*units: Unit) -> None:
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, parameters(units, timezone.now()))
