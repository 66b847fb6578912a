"""SMS are counted, and a region where too few are confirmed is closed to strangers for an hour.

Fraudsters have codes sent to numbers of their own, and get a part of the price (SMS pumping). They
do not log in, so that few codes of such a region are confirmed. The rule is in
sql/functions/count_sms.sql. Known devices pass a closed region: they have logged in before.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from referral_api import phones, security_log
from referral_api.gateways.sms import senders
from referral_api.gateways.sms.chain import Attempt
from referral_api.models import SmsRegion
from referral_api.sql import QUERIES

CLOSED_FOR = timedelta(hours=1)


def are_kept() -> bool:
    """Imitated SMS are counted only with an alarm of their own: nobody pays for them."""
    return settings.SMS_ALARM is not None or not senders.are_imitated()


def count(*, phone: str, challenge_id: UUID, attempts: Sequence[Attempt]) -> None:
    """What the senders said of one SMS. Closes the region of the phone at the threshold, once."""
    now = timezone.now()
    region = phones.region_of(phone)
    alarm_sends, alarm_percent = settings.SMS_ALARM or (None, None)
    parameters: dict[str, Any] = {
        "region": region,
        "challenge_id": challenge_id,
        "now": now,
        "senders": [attempt.sender for attempt in attempts],
        "results": [attempt.result for attempt in attempts],
        "alarm_sends": alarm_sends,
        "alarm_percent": alarm_percent,
        "closed_until": now + CLOSED_FOR,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["count_sms"], parameters)
        closed, sends, confirmed = cursor.fetchone()
    if closed:
        security_log.record("sms_region_closed", region=region, sent=sends, confirmed=confirmed)


def confirm(*, challenge_id: UUID) -> None:
    """Its code was used; a login counts that itself."""
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["count_confirmation"], {"challenge_id": challenge_id})


def open_region(*, region: str) -> bool:
    """Opens it to strangers; False where it was open. From then on, the alarm counts anew."""
    now = timezone.now()
    closed = SmsRegion.objects.filter(region=region, closed_until__gt=now)
    was_closed = closed.update(closed_until=now) > 0
    if was_closed:
        security_log.record("sms_region_opened", region=region)
    return was_closed
