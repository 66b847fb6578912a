"""Something that one replica does at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection


@contextmanager
def asked_for_lock(number: int) -> Iterator[bool]:
    """Whether the lock is ours until the end of the block; nobody waits for it.

    The lock belongs to a transaction on a connection of its own: the lock of a session leaks behind
    PgBouncer, and the work itself may commit many times. To wait inside PostgreSQL would hold a
    connection of PgBouncer's pool, and perhaps leave none to the replica that has the lock.
    """
    guard = connection.copy(DEFAULT_DB_ALIAS)
    guard.set_autocommit(False)  # so that the lock below begins a transaction
    try:
        with guard.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
            (is_ours,) = cursor.fetchone()
        yield bool(is_ours)
        # Ends the lock. PgBouncer's pool loses a connection that is closed in a transaction.
        guard.rollback()
    finally:
        guard.close()
