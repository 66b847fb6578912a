"""No SMS: the sending takes as long as a provider's."""

import asyncio
import random

from referral_api.gateways.sms.message import SmsMessage


class ImitatedSms:
    def __init__(self, *, shortest: float, longest: float) -> None:
        """Both in seconds."""
        self.shortest = shortest
        self.longest = longest

    async def send(self, message: SmsMessage) -> None:
        delay = random.uniform(self.shortest, self.longest)  # noqa: S311 -- a delay, no secret
        await asyncio.sleep(delay)
