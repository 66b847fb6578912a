"""The clock of the tests: it stands still at noon until a test moves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import time_machine

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@contextmanager
def stopped_clock(start: datetime = NOON) -> Iterator[time_machine.Traveller]:
    """`shift` of what it gives moves the clock on, by seconds or a timedelta."""
    with time_machine.travel(start, tick=False) as clock:
        yield clock
