"""Sends one SMS, to see that the senders work."""

import asyncio
import secrets
import time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language

from referral_api import phones
from referral_api.gateways.sms import senders
from referral_api.gateways.sms.chain import Attempt, Chain, Outcome
from referral_api.gateways.sms.message import SmsMessage
from referral_api.gateways.sms.text import sms_text


class Command(BaseCommand):
    help = "Send one SMS with a made-up code, and say what each provider answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone", help="such as +79161234567")
        parser.add_argument(
            "--sender", type=int, metavar="N", help="try the N-th address of SMS_SENDERS alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            phone = phones.to_e164(options["phone"])
        except ValueError:
            raise CommandError("This is not a valid phone number.") from None
        chain = senders.current()
        if options["sender"] is not None:
            chain = only(options["sender"], chain)
        # Not the same code each time: providers refuse a text that was sent a moment ago.
        code = str(secrets.randbelow(10**settings.OTP_LENGTH)).zfill(settings.OTP_LENGTH)
        message = SmsMessage(
            phone=phone,
            code=code,
            text=sms_text(code),
            language=get_language() or settings.LANGUAGE_CODE,
            request_id=uuid4(),
        )
        began = time.monotonic()
        outcome = asyncio.run(chain.send(message))
        for attempt in outcome.attempts:
            self.stdout.write(sentence(attempt))
        self.stdout.write(f"It took {time.monotonic() - began:.1f} seconds.")
        self.conclude(outcome, phone)

    def conclude(self, outcome: Outcome, phone: str) -> None:
        if not phones.is_served(phone):
            self.stdout.write("PHONE_REGIONS or PHONE_KINDS refuses codes for this number.")
        if outcome.sender == "imitation":
            self.stdout.write("The imitation sends nothing. Set SMS_SENDERS for real SMS.")
        elif outcome.result == "uncertain":
            raise CommandError("It is not certain that an SMS was sent. A client would get 202.")
        elif outcome.result == "refused":
            raise CommandError("No SMS was sent. A client would get sms_failed 502.")


def only(number: int, chain: Chain) -> Chain:
    if not 1 <= number <= len(chain.links):
        raise CommandError(f"SMS_SENDERS has {len(chain.links)} addresses: N counts from 1.")
    return Chain([chain.links[number - 1]], chain.bounds)


def sentence(attempt: Attempt) -> str:
    """`said` may hold a phone, which is the operator's own here."""
    said = f" It said: {attempt.said}" if attempt.said else ""
    if attempt.result == "accepted":
        return f"{attempt.sender}: it took the message."
    if attempt.result == "refused":
        return f"{attempt.sender}: nothing was sent ({attempt.reason}).{said}"
    return f"{attempt.sender}: it may have sent the message ({attempt.reason}).{said}"
