"""The senders in their order: one that fails is followed by the next."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from referral_api.gateways.sms.circuit import OPEN_SECONDS, Circuit
from referral_api.gateways.sms.message import (
    NO_ANSWER,
    WRONG_NUMBER,
    SmsFailure,
    SmsMessage,
    SmsRefused,
    SmsSender,
    SmsUncertain,
    SmsUnreachable,
)

Result = Literal["accepted", "refused", "uncertain"]
logger = logging.getLogger("referral_api.sms")


@dataclass(frozen=True)
class Bounds:
    """In seconds."""

    connection: float = 3.0
    answer: float = 8.0
    chain: float = 15.0  # all senders together


@dataclass(frozen=True)
class Attempt:
    """What became of a message at one sender. `said` is for `sms_test` alone, and for no log."""

    sender: str
    result: Result
    reason: str = ""
    said: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a message. A sender whose circuit is open has no attempt."""

    attempts: tuple[Attempt, ...]

    @property
    def result(self) -> Result:
        """`uncertain`: nobody has taken it for sure, but a sender may deliver it yet."""
        results = [attempt.result for attempt in self.attempts]
        if "accepted" in results:
            return "accepted"
        return "uncertain" if "uncertain" in results else "refused"

    @property
    def sender(self) -> str | None:
        """The one that took the message."""
        for attempt in self.attempts:
            if attempt.result == "accepted":
                return attempt.sender
        return None


@dataclass(frozen=True)
class Link:
    """`name`: of the sender, in logs and counters."""

    name: str
    sender: SmsSender
    circuit: Circuit = field(default_factory=Circuit)


class Chain:
    """Sends a message by the first sender that takes it.

    - A refusal, or no connection: the next sender.
    - No clear answer (a time-out, a 5xx, a lost connection, garbage): the next sender too, and the
      message counts as sent, whatever the next ones say.
    - An open circuit, or no time left: the sender is passed over.
    - Nobody took it and no sender was unclear: refused. So it is where all circuits are open.

    It holds no thread and no connection to PostgreSQL.
    """

    def __init__(self, links: Sequence[Link], bounds: Bounds) -> None:
        self.links = links
        self.bounds = bounds

    async def send(self, message: SmsMessage) -> Outcome:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self.bounds.chain
        attempts: list[Attempt] = []
        for link in self.links:
            if clock() >= deadline or not link.circuit.lets_through():
                continue
            attempt = await self.attempt(link, message, deadline)
            attempts.append(attempt)
            if attempt.result == "accepted":
                break
        return Outcome(tuple(attempts))

    async def attempt(self, link: Link, message: SmsMessage, deadline: float) -> Attempt:
        """`deadline`: of the chain, by the clock of the event loop."""
        clock = asyncio.get_running_loop().time
        bound = clock() + self.bounds.connection + self.bounds.answer
        try:
            async with asyncio.timeout_at(min(bound, deadline)):
                await link.sender.send(message)
        except SmsUnreachable as failure:
            self.count_failure(link, failure.reason)
            return attempt_of(link, "refused", failure)
        except SmsRefused as refusal:
            link.circuit.answered()
            if refusal.reason != WRONG_NUMBER:
                logger.warning("SMS sender %s refused: %s", link.name, refusal.reason)
            return attempt_of(link, "refused", refusal)
        except SmsUncertain as failure:
            self.count_failure(link, failure.reason)
            return attempt_of(link, "uncertain", failure)
        except TimeoutError:
            if clock() < deadline:  # else those before it took the time
                self.count_failure(link, NO_ANSWER)
            return Attempt(sender=link.name, result="uncertain", reason=NO_ANSWER)
        link.circuit.answered()
        return Attempt(sender=link.name, result="accepted")

    def count_failure(self, link: Link, reason: str) -> None:
        logger.warning("SMS sender %s failed: %s", link.name, reason)
        if link.circuit.failed():
            logger.error("SMS sender %s is left out for %d seconds", link.name, OPEN_SECONDS)


def attempt_of(link: Link, result: Result, failure: SmsFailure) -> Attempt:
    return Attempt(sender=link.name, result=result, reason=failure.reason, said=failure.said)
