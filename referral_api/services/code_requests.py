"""Request 1: a one-time code for a phone. Reserve (one statement) → send (no database held) → on refusal give back."""

import asyncio
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import phonenumbers
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from referral_api.errors import PhoneNotAllowed, SmsFailed, TooManyRequests
from referral_api.gateways import sms
from referral_api.models import LoginChallenge, LoginRequest
from referral_api.services.unit_of_work import unit_of_work

# One round trip. Accepted where there is no living code, or its next request is due; then a new code in the last
# quarter of the old one's life, else a resend of the same code. `sent` is false, and nothing written, on a refusal.
RESERVE = """
WITH challenge AS (
    INSERT INTO referral_api_loginchallenge AS c
        (phone, challenge_id, code_length, expires_at, renew_at, next_request_at, sends, shared_tries, used_at)
    VALUES (%(phone)s, %(challenge_id)s, %(length)s, %(expires_at)s, %(renew_at)s,
            least(%(resend_at)s, %(expires_at)s), 1, %(tries)s, NULL)
    ON CONFLICT (phone) DO UPDATE SET
        (challenge_id, code_length, expires_at, renew_at, next_request_at, sends, shared_tries, used_at) = (
            SELECT excluded.challenge_id, excluded.code_length, excluded.expires_at, excluded.renew_at,
                   excluded.next_request_at, 1, excluded.shared_tries, NULL::timestamptz
             WHERE c.used_at IS NOT NULL OR c.renew_at <= %(now)s
            UNION ALL
            SELECT c.challenge_id, c.code_length, c.expires_at, c.renew_at,
                   CASE WHEN c.sends + 1 < %(max_sends)s THEN least(%(resend_at)s, c.expires_at)
                        ELSE c.expires_at END,
                   c.sends + 1, c.shared_tries + %(tries)s, NULL::timestamptz
             WHERE c.used_at IS NULL AND c.renew_at > %(now)s)
    WHERE c.used_at IS NOT NULL OR c.next_request_at <= %(now)s
    RETURNING c.challenge_id, c.code_length, c.expires_at, c.next_request_at
), request AS (
    INSERT INTO referral_api_loginrequest (id, phone, challenge_id, tries_left, expires_at)
    SELECT %(request_id)s, %(phone)s, challenge_id, %(tries)s, expires_at FROM challenge
)
SELECT true AS sent, * FROM challenge
UNION ALL
SELECT false, challenge_id, code_length, expires_at, next_request_at FROM referral_api_loginchallenge
 WHERE phone = %(phone)s AND NOT EXISTS (SELECT FROM challenge)
"""
MAX_SENDS = 3
Row = tuple[bool, UUID, int, datetime, datetime]


@dataclass(frozen=True)
class CodeRequested:
    """An accepted request. `expires_in` and `resend_in` count from the moment of the answer, in seconds."""

    request_id: UUID
    challenge: LoginChallenge

    @property
    def phone(self) -> str:
        return self.challenge.phone

    @property
    def code_length(self) -> int:
        return self.challenge.code_length

    @property
    def expires_in(self) -> int:
        return seconds_until(self.challenge.expires_at)

    @property
    def resend_in(self) -> int:
        return seconds_until(self.challenge.next_request_at)

    @property
    def code(self) -> str | None:
        return self.challenge.code if settings.SMS_SHOW_CODE else None


def seconds_until(moment: datetime) -> int:
    """Rounded up: whoever waits that long is never too early."""
    return max(0, math.ceil((moment - timezone.now()).total_seconds()))


async def request_code(*, phone: str) -> CodeRequested:
    """Sends a one-time code, the same for known and unknown phones.

    Raises PhoneNotAllowed, TooManyRequests, SmsFailed.
    """
    if not _region_is_served(phone):
        raise PhoneNotAllowed
    reserved = await reserve(phone=phone)
    sending = asyncio.create_task(_send(reserved))
    _sending.add(sending)
    sending.add_done_callback(_sending.discard)
    await asyncio.shield(sending)  # a client that hangs up stops neither the SMS nor what follows a refusal
    return reserved


_sending: set[asyncio.Task[None]] = set()  # the event loop itself keeps only weak references


def _region_is_served(phone: str) -> bool:
    if "*" in settings.PHONE_REGIONS:
        return True
    return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) in settings.PHONE_REGIONS


@unit_of_work
def reserve(*, phone: str) -> CodeRequested:
    request_id, now = uuid4(), timezone.now()
    row = None
    while row is None:  # none: a rival's first challenge was written after this statement's snapshot
        row = _reserve_once(phone, request_id, now)
    sent, challenge_id, code_length, expires_at, next_request_at = row
    if not sent:
        raise TooManyRequests(retry_after=max(1, seconds_until(next_request_at)))
    challenge = LoginChallenge(
        phone=phone,
        challenge_id=challenge_id,
        code_length=code_length,
        expires_at=expires_at,
        next_request_at=next_request_at,
    )
    return CodeRequested(request_id, challenge)


def _reserve_once(phone: str, request_id: UUID, now: datetime) -> Row | None:
    parameters: dict[str, Any] = {
        "phone": phone,
        "challenge_id": uuid4(),
        "request_id": request_id,
        "length": settings.OTP_LENGTH,
        "now": now,
        "expires_at": now + settings.OTP_TTL,
        "renew_at": now + settings.OTP_TTL * 3 / 4,
        "resend_at": now + settings.OTP_RESEND,
        "tries": settings.OTP_TRIES,
        "max_sends": MAX_SENDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, parameters)
        row: Row | None = cursor.fetchone()
        return row


async def _send(reserved: CodeRequested) -> None:
    try:
        await sms.sender().send(reserved.phone, reserved.challenge.code)
    except sms.SmsRefused:
        await _give_back(reserved)
        raise SmsFailed from None
    except sms.SmsUncertain:  # it may arrive yet: the request stays, and so does its cost
        raise SmsFailed from None


@unit_of_work
def _give_back(reserved: CodeRequested) -> None:
    """The refused request alone goes: an earlier one of the same code still holds."""
    challenge = reserved.challenge
    with transaction.atomic():
        LoginRequest.objects.filter(pk=reserved.request_id).delete()
        own = LoginChallenge.objects.select_for_update().filter(pk=challenge.phone, challenge_id=challenge.challenge_id)
        if not own.filter(sends=1).delete()[0]:
            own.update(
                sends=F("sends") - 1,
                shared_tries=Greatest(F("shared_tries") - settings.OTP_TRIES, 0),
                next_request_at=min(challenge.next_request_at, timezone.now() + settings.OTP_RESEND),
            )
