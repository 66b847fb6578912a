"""What a sender is given, and how it says that it failed."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class SmsMessage:
    phone: str  # E.164
    code: str
    text: str  # what the phone shows


class SmsRefused(Exception):
    """The provider said no: the message will certainly not be delivered."""


class SmsUncertain(Exception):
    """No clear answer (a time-out): the message may still be delivered."""


class SmsSender(Protocol):
    async def send(self, message: SmsMessage) -> None:
        """Raises SmsRefused or SmsUncertain."""
