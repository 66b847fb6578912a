"""Leaves a sender out that has failed again and again."""

import time
from collections.abc import Callable

FAILURES = 5  # in a row
OPEN_SECONDS = 30.0


class Circuit:
    """Of one sender, in one worker.

    Five failures in a row open it: nothing is sent that way for 30 seconds. After that, one message
    tries the sender. If it fails too, 30 seconds begin anew. Any answer of the provider closes the
    circuit, a refusal too: wrong numbers that an attacker sends must not open it.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.failures = 0  # in a row
        self.opens_again_at = 0.0

    def lets_through(self) -> bool:
        """Whether this message may be sent; asked once for each."""
        if self.failures < FAILURES:
            return True
        now = self.clock()
        if now < self.opens_again_at:
            return False
        self.opens_again_at = now + OPEN_SECONDS  # this message tries, the others do not wait
        return True

    def answered(self) -> None:
        self.failures = 0

    def failed(self) -> bool:
        """Whether this failure opened the circuit."""
        self.failures += 1
        self.opens_again_at = self.clock() + OPEN_SECONDS
        return self.failures == FAILURES
