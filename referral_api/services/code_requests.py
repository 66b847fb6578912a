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

from referral_api.errors import PhoneNotAllowed, SmsFailed
from referral_api.gateways import sms
from referral_api.models import LoginChallenge, LoginRequest
from referral_api.services import limits
from referral_api.services.clock import seconds_until
from referral_api.services.unit_of_work import unit_of_work

# One round trip, decided by PostgreSQL under the locks of the limits (migration 0003): all limits are spent and the
# request is written, or nothing is, and `next_at` is when a request would be accepted.
RESERVE = """
SELECT sent, challenge_id, code_length, expires_at, next_at FROM referral_api_reserve_code(
    %(phone)s, %(challenge_id)s, %(request_id)s, %(now)s, %(expires_at)s, %(renew_at)s, %(resend_at)s,
    %(tries)s, %(max_sends)s, %(length)s, %(growth_since)s, %(growth_tries)s::int[], %(growth_digits)s::int[],
    %(keys)s, %(steps)s::interval[], %(refills)s::interval[])
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
    await asyncio.shield(
        sending
    )  # a client that hangs up stops neither the SMS nor what follows a refusal
    return reserved


_sending: set[asyncio.Task[None]] = set()  # the event loop itself keeps only weak references


def _region_is_served(phone: str) -> bool:
    if "*" in settings.PHONE_REGIONS:
        return True
    return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) in settings.PHONE_REGIONS


@unit_of_work
def reserve(*, phone: str, address: str) -> CodeRequested:
    request_id, now = uuid4(), timezone.now()
    sent, challenge_id, code_length, expires_at, next_at = _call(phone, address, request_id, now)
    if not sent:
        raise limits.refused_until(next_at)
    challenge = LoginChallenge(
        phone=phone,
        challenge_id=challenge_id,
        code_length=code_length,
        expires_at=expires_at,
        next_request_at=next_at,
    )
    return CodeRequested(request_id, challenge)


def _call(phone: str, address: str, request_id: UUID, now: datetime) -> Row:
    caller = limits.network_of(address)
    units = [
        limits.sms_to_phone.of(phone),
        limits.sms_of_site.of("all"),
        limits.sms_from_address.of(caller),
    ]
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
        row: Row = cursor.fetchone()
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
        own = LoginChallenge.objects.select_for_update().filter(
            pk=challenge.phone, challenge_id=challenge.challenge_id
        )
        if not own.filter(sends=1).delete()[0]:
            own.update(
                sends=F("sends") - 1,
                shared_tries=Greatest(F("shared_tries") - settings.OTP_TRIES, 0),
                next_request_at=min(
                    challenge.next_request_at, timezone.now() + settings.OTP_RESEND
                ),
            )
