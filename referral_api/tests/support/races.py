"""Races on real threads and connections, for tests marked `django_db(transaction=True)`."""

import fcntl
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path
from typing import TypeVar

from django.db import connection

from referral_api.tests.support.contract import ContractClient

T = TypeVar("T")
LOCK = Path(tempfile.gettempdir()) / f"referral-api-races-{os.getuid()}.lock"


@contextmanager
def alone() -> Iterator[None]:
    """Two races at once, of two test processes, could want more connections than PostgreSQL has."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def race(*racers: Callable[[], T]) -> list[T]:
    """Runs all of them at once, each on a connection of its own that is open before the start."""
    start = threading.Barrier(len(racers), timeout=30)

    def run(racer: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            start.wait()
            return racer()
        finally:
            connection.close()

    with alone(), ThreadPoolExecutor(len(racers)) as threads:
        running = [threads.submit(run, racer) for racer in racers]
    return [future.result() for future in running]


def stranger(number: int, *, bearer: str = "") -> ContractClient:
    """A caller from an address of its own, so that no limit of an address ends the race."""
    client = ContractClient(bearer=bearer)
    client.client.defaults["REMOTE_ADDR"] = str(IPv4Address("198.18.0.1") + number)
    return client
