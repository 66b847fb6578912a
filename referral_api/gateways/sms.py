"""Sending an SMS: the boundary to the outside."""

import asyncio
import random
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _


class SmsRefused(Exception):
    """The provider said no: the message will certainly not arrive."""


class SmsUncertain(Exception):
    """No clear answer (a time-out): the message may arrive."""


class SmsSender(Protocol):
    async def send(self, phone: str, code: str) -> None:
        """Raises SmsRefused or SmsUncertain."""


class ImitatedSms:
    """Takes as long as a provider does, and sends nothing."""

    async def send(self, phone: str, code: str) -> None:
        await asyncio.sleep(random.uniform(*settings.SMS_DELAY))  # noqa: S311 -- a delay, no secret


class SmsOutbox:
    """Keeps what was sent, for tests; `failure` is raised instead of sending."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.failure: Exception | None = None

    async def send(self, phone: str, code: str) -> None:
        if self.failure:
            raise self.failure
        self.messages.append((phone, code))

    def last_code(self, phone: str) -> str:
        return next(code for sent_to, code in reversed(self.messages) if sent_to == phone)

    def codes(self, phone: str) -> list[str]:
        return [code for sent_to, code in self.messages if sent_to == phone]

    def clear(self) -> None:
        self.messages.clear()
        self.failure = None


class AppriseSms:
    """Any of the providers that Apprise knows. It tells success from failure, not a refusal from a time-out:
    every failure counts as uncertain, and stays charged.
    """

    TIMEOUT_SECONDS = 20

    async def send(self, phone: str, code: str) -> None:
        from apprise import Apprise  # the package is an extra

        provider = Apprise(settings.SMS_APPRISE_URL.replace("{phone}", phone))
        try:
            async with asyncio.timeout(self.TIMEOUT_SECONDS):
                delivered = await provider.async_notify(body=_("Your code: %s") % code)
        except TimeoutError:
            raise SmsUncertain from None
        if not delivered:
            raise SmsUncertain


outbox = SmsOutbox()
SENDERS: dict[str, SmsSender] = {
    "imitation": ImitatedSms(),
    "apprise": AppriseSms(),
    "outbox": outbox,
}


def sender() -> SmsSender:
    """The sender that the settings name."""
    return SENDERS[settings.SMS_SENDER]
