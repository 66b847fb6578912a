"""Waiting for the thing itself, with a bound, instead of sleeping."""

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], object], *, seconds: float = 15) -> None:
    """Asks again and again. Fails where it is not so within the bound."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
