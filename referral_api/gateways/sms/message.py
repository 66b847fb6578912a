"""What a sender is given, and how it says that it failed."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

# Why a sender failed: words for logs and counters, without a phone, a code or a key.
REFUSED = "refused"
FAILED = "failed"
WRONG_NUMBER = "wrong number"
NO_MONEY = "no money"
WRONG_KEY = "wrong key"
TOO_MANY = "too many requests"
NO_CONNECTION = "no connection"
CONNECTION_LOST = "connection lost"
NO_ANSWER = "no answer in time"
SERVER_ERROR = "server error"
NOT_UNDERSTOOD = "answer not understood"


@dataclass(frozen=True)
class SmsMessage:
    phone: str  # E.164
    code: str
    text: str  # what the phone shows
    language: str  # of the text, such as `en`
    request_id: UUID

    @property
    def digits(self) -> str:
        """The phone without its `+`, as many providers want it."""
        return self.phone.removeprefix("+")


class SmsFailure(Exception):
    """`reason` is one of the words above. `said` is what the provider wrote.

    `said` may repeat the phone or the text. It is for `sms_test` alone, and for no log.
    """

    reason = REFUSED

    def __init__(self, reason: str = "", *, said: str = "") -> None:
        self.reason = reason or self.reason
        self.said = said
        super().__init__(self.reason)


class SmsRefused(SmsFailure):
    """The provider said no: the message will certainly not be delivered."""


class SmsUnreachable(SmsRefused):
    """Nothing was sent, because there was no connection. So it is as certain as a refusal."""

    reason = NO_CONNECTION


class SmsUncertain(SmsFailure):
    """No clear answer (a time-out, a 5xx): the message may still be delivered."""

    reason = NO_ANSWER


class SmsSender(Protocol):
    async def send(self, message: SmsMessage) -> None:
        """Returns once the provider has taken the message. Raises SmsRefused or SmsUncertain."""
