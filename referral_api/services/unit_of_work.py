"""Where the asynchronous views meet the synchronous database."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async

P = ParamSpec("P")
R = TypeVar("R")


def unit_of_work(work: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Runs `work` in one hop to a database thread. Each request does all of its database work in one such unit,
    and waits for nothing but PostgreSQL in it: no network, no sleep.
    """
    in_thread = sync_to_async(work, thread_sensitive=True)

    @wraps(work)
    async def unit(*args: P.args, **kwargs: P.kwargs) -> R:
        return await in_thread(*args, **kwargs)

    return unit
