"""Any of the SMS providers that the package Apprise knows."""

import asyncio

from referral_api.gateways.sms.message import SmsMessage, SmsUncertain

TIMEOUT_SECONDS = 20


def missing_setting(*, url: str) -> str | None:
    """What keeps this sender from working; backend/env.py asks at the start."""
    if "{phone}" in url:
        return None
    return "SMS_APPRISE_URL is not set, or has no {phone}: SMS_SENDER=apprise needs both"


class AppriseSms:
    """Apprise tells success from failure, but not a refusal from a time-out.

    So every failure counts as uncertain, and its cost stays.
    """

    def __init__(self, *, url: str) -> None:
        """`url`: Apprise's address of a provider, with `{phone}` where the number belongs."""
        self.url = url

    async def send(self, message: SmsMessage) -> None:
        from apprise import Apprise  # the package is an extra

        provider = Apprise(self.url.replace("{phone}", message.phone))
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                delivered = await provider.async_notify(body=message.text)
        except TimeoutError:
            raise SmsUncertain from None
        if not delivered:
            raise SmsUncertain
