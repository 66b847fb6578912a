"""A database that fails in the middle of a request, as a bug in a statement would make it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def failing_statements(message: str) -> Iterator[None]:
    """Every statement in the block raises a RuntimeError with this message."""

    def fail(*_statement: Any) -> Any:
        raise RuntimeError(message)

    with connection.execute_wrapper(fail):
        yield
