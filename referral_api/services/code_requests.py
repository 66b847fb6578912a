"""Request 1: a one-time code for a phone. Reserve (one statement) → send (no database held) → on refusal give back."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from referral_api.services import limits
from referral_api.services.clock import seconds_until
from referral_api.services.unit_of_work import unit_of_work

# One round trip. Accepted where the limits allow it and there is no living code, or its next request is due; then a new
# code in the last quarter of the old one's life, else a resend of the same code. Else `sent` is false, nothing is
# spent or written, and `next_at` is when a request would be accepted. A new code's length grows with the wrong tries.
RESERVE = f"""{limits.LOCK}
WITH {limits.STATE}, tries AS (
    SELECT coalesce(sum(tries), 0) AS total FROM referral_api_wrongtries
     WHERE phone = %(phone)s AND day > %(growth_since)s
), length AS (
    SELECT greatest(%(length)s, max(digits)) AS digits
      FROM tries LEFT JOIN unnest(%(growth_tries)s::int[], %(growth_digits)s::int[]) AS step (tries, digits)
        ON step.tries <= total
), challenge AS (
    INSERT INTO referral_api_loginchallenge AS c
        (phone, challenge_id, code_length, expires_at, renew_at, next_request_at, sends, shared_tries, used_at)
    SELECT %(phone)s, %(challenge_id)s, digits, %(expires_at)s, %(renew_at)s,
           least(%(resend_at)s, %(expires_at)s), 1, %(tries)s, NULL
      FROM length, budget WHERE due <= %(now)s
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
), spent AS (
    UPDATE referral_api_limit SET tat = state.tat + step FROM state, challenge WHERE referral_api_limit.key = state.key
)
SELECT true AS sent, challenge_id, code_length, expires_at, greatest(next_request_at, next_due) AS next_at
  FROM challenge, budget
UNION ALL
SELECT false, NULL, NULL, NULL, greatest(due, c.next_request_at)
  FROM budget LEFT JOIN referral_api_loginchallenge c ON c.phone = %(phone)s AND c.used_at IS NULL
 WHERE NOT EXISTS (SELECT FROM challenge) AND greatest(due, c.next_request_at) > %(now)s
"""  # noqa: S608 -- all parts are constants of ours
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


async def request_code(*, phone: str, address: str) -> CodeRequested:
    """Sends a one-time code, the same for known and unknown phones.

    Raises PhoneNotAllowed, TooManyRequests, SmsFailed.
    """
    if not _region_is_served(phone):
        raise PhoneNotAllowed
    reserved = await reserve(phone=phone, address=address)
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
def reserve(*, phone: str, address: str) -> CodeRequested:
    request_id, now = uuid4(), timezone.now()
    row = None
    while row is None:  # none: a rival's challenge, or `prune`, came between the snapshot and the locks
        row = _reserve_once(phone, address, request_id, now)
    sent, challenge_id, code_length, expires_at, next_at = row
    if not sent:
        raise TooManyRequests(retry_after=max(1, seconds_until(next_at)))
    challenge = LoginChallenge(
        phone=phone,
        challenge_id=challenge_id,
        code_length=code_length,
        expires_at=expires_at,
        next_request_at=next_at,
    )
    return CodeRequested(request_id, challenge)


def _reserve_once(phone: str, address: str, request_id: UUID, now: datetime) -> Row | None:
    units = [limits.sms_to_phone.of(phone), limits.sms_of_site.of("all")]
    units.append(limits.sms_from_address.of(limits.network_of(address)))
    parameters: dict[str, Any] = {
        **limits.parameters(units, now),
        "phone": phone,
        "challenge_id": uuid4(),
        "request_id": request_id,
        "length": settings.OTP_LENGTH,
        "growth_since": now.date() - timedelta(days=settings.OTP_GROWTH_DAYS),
        "growth_tries": [tries for tries, _ in settings.OTP_LENGTH_GROWTH],
        "growth_digits": [digits for _, digits in settings.OTP_LENGTH_GROWTH],
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
    """The refused request alone goes: an earlier one of the same code still holds.

    The phone's and the site's units come back; the address's stays, or refused numbers could be tried without end.
    """
    challenge = reserved.challenge
    with transaction.atomic():
        limits.give_back(limits.sms_to_phone.of(challenge.phone), limits.sms_of_site.of("all"))
        LoginRequest.objects.filter(pk=reserved.request_id).delete()
        own = LoginChallenge.objects.select_for_update().filter(pk=challenge.phone, challenge_id=challenge.challenge_id)
        if not own.filter(sends=1).delete()[0]:
            own.update(
                sends=F("sends") - 1,
                shared_tries=Greatest(F("shared_tries") - settings.OTP_TRIES, 0),
                next_request_at=min(challenge.next_request_at, timezone.now() + settings.OTP_RESEND),
            )
