"""Request 1: a one-time code for a phone.

Reserve (one statement) → send (no connection to the database is held) → give back if refused.
Whether a code is new, sent again or refused is decided in sql/functions/reserve_code.sql.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from referral_api import phones
from referral_api.database import in_one_unit
from referral_api.errors import PhoneNotAllowed, SmsFailed
from referral_api.gateways.sms import senders
from referral_api.gateways.sms.message import SmsMessage, SmsRefused, SmsUncertain
from referral_api.models import LoginChallenge, LoginRequest
from referral_api.services import limits
from referral_api.services.limits import seconds_until
from referral_api.sql import QUERIES

MAX_SENDS = 3  # of one code


@dataclass(frozen=True)
class CodeRequested:
    """An accepted request. `expires_in` and `resend_in` are seconds from the moment of reading."""

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


async def request_code(*, phone: str, network: str) -> CodeRequested:
    """Sends a one-time code, the same for known and unknown phones.

    Raises PhoneNotAllowed, TooManyRequests, SmsFailed.
    """
    if not phones.is_served(phone):
        raise PhoneNotAllowed
    reserved = await in_one_unit(reserve, phone=phone, network=network)
    sending = asyncio.create_task(send(reserved))
    _sending.add(sending)
    sending.add_done_callback(_sending.discard)
    # A client that disconnects stops neither the SMS nor what follows a refusal.
    await asyncio.shield(sending)
    return reserved


_sending: set[asyncio.Task[None]] = set()  # the event loop itself keeps only weak references


def reserve(*, phone: str, network: str) -> CodeRequested:
    """Spends the limits and writes the request, or does nothing. Raises TooManyRequests."""
    now = timezone.now()
    request_id = uuid4()
    units = [
        limits.sms_to_phone.of(phone),
        limits.sms_of_site.of("all"),
        limits.sms_from_network.of(network),
    ]
    parameters: dict[str, Any] = limits.parameters(units, now) | {
        "phone": phone,
        "challenge_id": uuid4(),
        "request_id": request_id,
        "length": settings.OTP_LENGTH,
        "growth_since": now.date() - timedelta(days=settings.OTP_GROWTH_DAYS),
        "growth_tries": [tries for tries, _digits in settings.OTP_LENGTH_GROWTH],
        "growth_digits": [digits for _tries, digits in settings.OTP_LENGTH_GROWTH],
        "expires_at": now + settings.OTP_TTL,
        "renew_at": now + settings.OTP_TTL * 3 / 4,
        "resend_at": now + settings.OTP_RESEND,
        "tries": settings.OTP_TRIES,
        "max_sends": MAX_SENDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["reserve_code"], parameters)
        sent, challenge_id, code_length, expires_at, next_at = cursor.fetchone()
    if not sent:
        raise limits.refused_until(next_at)
    challenge = LoginChallenge(
        phone=phone,
        challenge_id=challenge_id,
        code_length=code_length,
        expires_at=expires_at,
        next_request_at=next_at,
    )
    return CodeRequested(request_id=request_id, challenge=challenge)


async def send(reserved: CodeRequested) -> None:
    """Raises SmsFailed."""
    code = reserved.challenge.code
    message = SmsMessage(phone=reserved.phone, code=code, text=_("Your code: %s") % code)
    try:
        await senders.current().send(message)
    except SmsRefused:
        await in_one_unit(give_back, reserved)
        raise SmsFailed from None
    except SmsUncertain:  # it may still be delivered: the request stays, and so does its cost
        raise SmsFailed from None


def give_back(reserved: CodeRequested) -> None:
    """Removes the refused request alone: an earlier one for the same code stays valid.

    The phone's and the site's units come back. The network's unit stays spent, or a client could
    try refused numbers without end.
    """
    challenge = reserved.challenge
    with transaction.atomic():
        limits.give_back(limits.sms_to_phone.of(challenge.phone), limits.sms_of_site.of("all"))
        LoginRequest.objects.filter(pk=reserved.request_id).delete()
        same_code = LoginChallenge.objects.select_for_update().filter(
            pk=challenge.phone, challenge_id=challenge.challenge_id
        )
        deleted, _by_table = same_code.filter(sends=1).delete()
        if not deleted:
            same_code.update(
                sends=F("sends") - 1,
                shared_tries=Greatest(F("shared_tries") - settings.OTP_TRIES, 0),
                next_request_at=min(
                    challenge.next_request_at, timezone.now() + settings.OTP_RESEND
                ),
            )
