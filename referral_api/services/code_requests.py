"""Request 1: a one-time code for a phone.

Reserve (one statement) → send (no connection to the database is held) → count (one statement) →
give back if refused.
Whether a code is new, sent again or refused is decided in sql/functions/reserve_code.sql.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import get_language

from referral_api import device_tokens, phones, security_log
from referral_api.database import in_one_unit
from referral_api.errors import PhoneNotAllowed, SmsFailed
from referral_api.fixed_codes import FixedCode, fixed_code_of
from referral_api.gateways.sms import senders
from referral_api.gateways.sms.chain import Outcome
from referral_api.gateways.sms.message import SmsMessage
from referral_api.gateways.sms.text import sms_text
from referral_api.models import STRANGERS, LoginChallenge, LoginRequest
from referral_api.networks import Network
from referral_api.services import limits, sms_counts
from referral_api.services.limits import seconds_until
from referral_api.sql import QUERIES

MAX_SENDS = 3  # of one code
logger = logging.getLogger("referral_api.sms")


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


@dataclass(frozen=True)
class Units:
    """Of the limits that one request spends: those of its lane, of all, and of its network."""

    lane: limits.Unit
    shared: list[limits.Unit]
    network: list[limits.Unit]


async def request_code(
    *, phone: str, network: Network, device_token: str | None = None
) -> CodeRequested:
    """Sends a one-time code, the same for known and unknown phones; to a test number it sends none.

    Raises PhoneNotAllowed, TooManyRequests, SmsFailed.
    """
    if not phones.is_served(phone):
        raise PhoneNotAllowed
    device = device_tokens.device_of(device_token, phone=phone)
    fixed = fixed_code_of(phone)
    if fixed is None:
        units = units_of(phone=phone, device=device, network=network)
    else:  # no SMS, so that none of its limits is spent
        units = Units(lane=limits.codes_of_test_phone.of(phone), shared=[], network=[])
    reserved = await in_one_unit(reserve, phone=phone, device=device, units=units, fixed=fixed)
    security_log.record(
        "code_requested", phone=phone, network=network, known_device=device is not None
    )
    if fixed is not None:
        return reserved
    sending = asyncio.create_task(send(reserved, units))
    _sending.add(sending)
    sending.add_done_callback(_sending.discard)
    # A client that disconnects stops neither the SMS nor what follows a refusal.
    await asyncio.shield(sending)
    return reserved


_sending: set[asyncio.Task[None]] = set()  # the event loop itself keeps only weak references


def units_of(*, phone: str, device: UUID | None, network: Network) -> Units:
    site = limits.sms_of_site.of("all")
    if device is not None:
        own = limits.sms_to_device.of(f"{phone} {device}")
        return Units(lane=own, shared=[site], network=[])
    strangers = limits.sms_of_strangers.of("all", percent=settings.SMS_STRANGERS_PERCENT)
    here = limits.sms_to_phone_from_network.of(f"{phone} {network.widest}")
    return Units(
        lane=limits.sms_to_phone.of(phone),
        shared=[site, strangers, here],
        network=limits.sms_from_network.of_network(network),
    )


def reserve(
    *, phone: str, device: UUID | None, units: Units, fixed: FixedCode | None
) -> CodeRequested:
    """Spends the limits and writes the request, or does nothing. Raises TooManyRequests."""
    now = timezone.now()
    lane = STRANGERS if device is None else device
    request_id = uuid4()
    spent = [units.lane, *units.shared, *units.network]
    parameters: dict[str, Any] = limits.parameters(spent, now) | {
        "phone": phone,
        "lane": lane,
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
        # Where strangers may find it closed. Known devices pass.
        "region": phones.region_of(phone) if lane == STRANGERS else None,
    }
    if fixed is not None:
        parameters |= of_test_phone(fixed, now)
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["reserve_code"], parameters)
        sent, challenge_id, code_length, expires_at, next_at, limit_key = cursor.fetchone()
    if lane == STRANGERS and limit_key == units.lane.key and fixed is None:
        next_at = limits.blurred(next_at, now)
    if limit_key and not sent:
        raise limits.reached(limit_key, next_at)
    if not sent:
        security_log.record("code_requested_too_soon", phone=phone)
        raise limits.refused_until(next_at)
    challenge = LoginChallenge(
        id=challenge_id,
        phone=phone,
        lane=lane,
        code_length=code_length,
        expires_at=expires_at,
        next_request_at=next_at,
    )
    return CodeRequested(request_id=request_id, challenge=challenge)


def of_test_phone(fixed: FixedCode, now: datetime) -> dict[str, Any]:
    """What is another than for other phones: the length of its code, and that nobody waits."""
    past = now - settings.CLOCK_LEEWAY  # also by the clock of another replica
    return {
        "length": len(fixed.code),
        "growth_tries": [],
        "growth_digits": [],
        "expires_at": min(now + settings.OTP_TTL, fixed.ends_at),
        "renew_at": past,
        "resend_at": past,
        "region": None,
    }


async def send(reserved: CodeRequested, units: Units) -> None:
    """Sends the code by the first sender that takes it. Raises SmsFailed where all refused it.

    A code that a sender may deliver yet counts as sent, though nobody has said yes: the request
    stays and so does its cost, and the caller can log in with the code if it comes.
    """
    code = reserved.challenge.code
    message = SmsMessage(
        phone=reserved.phone,
        code=code,
        text=sms_text(code),
        language=get_language() or settings.LANGUAGE_CODE,
        request_id=reserved.request_id,
    )
    outcome = await senders.current().send(message)
    for attempt in outcome.attempts:
        if attempt.result != "accepted":
            security_log.record(
                "sms_failed",
                phone=reserved.phone,
                sender=attempt.sender,
                result=attempt.result,
                reason=attempt.reason,
            )
    if not outcome.attempts:
        security_log.record("sms_failed", phone=reserved.phone, reason="all senders are left out")
    await count(reserved, outcome)
    if outcome.result == "refused":
        await in_one_unit(give_back, reserved, units)
        raise SmsFailed


async def count(reserved: CodeRequested, outcome: Outcome) -> None:
    """The SMS is sent already, so that a database that is away now is no reason for a refusal."""
    if not outcome.attempts or not sms_counts.are_kept():
        return
    try:
        await in_one_unit(
            sms_counts.count,
            phone=reserved.phone,
            challenge_id=reserved.challenge.id,
            attempts=outcome.attempts,
        )
    except Error:
        logger.warning("An SMS was not counted", exc_info=True)


def give_back(reserved: CodeRequested, units: Units) -> None:
    """Removes the refused request alone: an earlier one for the same code stays valid.

    The units come back, but for the network's, or a client could try refused numbers without end.
    """
    challenge = reserved.challenge
    with transaction.atomic():
        limits.give_back([units.lane, *units.shared])
        same_code = LoginChallenge.objects.select_for_update().filter(pk=challenge.pk)
        deleted, _by_table = same_code.filter(sends=1).delete()
        if not deleted:
            same_code.update(
                sends=F("sends") - 1,
                shared_tries=Greatest(F("shared_tries") - settings.OTP_TRIES, 0),
                next_request_at=min(
                    challenge.next_request_at, timezone.now() + settings.OTP_RESEND
                ),
            )
        # After the code, as in every other place: so no two wait for each other.
        LoginRequest.objects.filter(pk=reserved.request_id).delete()
