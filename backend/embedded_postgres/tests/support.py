"""Users of a server in processes of their own, and what is seen of a server from outside."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from backend.embedded_postgres import locks, server
from backend.embedded_postgres.folder import ServerFolder

# A user of the server: says that it is there, connects, and connects anew at every line that it is
# sent, until its input ends.
USER = """
import sys, django
from django.conf import settings
from django.db import connection
engine, folder = sys.argv[1:]
database = {"ENGINE": engine, "NAME": "referral_api", "OPTIONS": {"data_dir": folder}}
settings.configure(DATABASES={"default": database})
django.setup()
print("connecting", flush=True)
while True:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        print(cursor.fetchone()[0], flush=True)
    connection.close()
    if not sys.stdin.readline():
        break
"""
PATIENCE_SECONDS = 60.0  # only a test that fails waits that long


class User:
    def __init__(self, folder: ServerFolder, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, "backend.embedded_postgres", str(folder.path)],
            cwd=server.IMPORT_ROOT,
            env=os.environ | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begins_to_connect(self) -> None:
        assert self._line() == "connecting"

    def database(self) -> str:
        """What the first connection sees, or the next after `connect_again`."""
        line = self._line()
        return self._line() if line == "connecting" else line

    def connect_again(self) -> str:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.database()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


class NewUser(Protocol):
    def __call__(self, **variables: str) -> User:
        """A user in a process of its own, with these variables in its environment."""


def postmaster(folder: ServerFolder) -> int:
    found = folder.postmaster
    assert found is not None
    return found


def supervisor(folder: ServerFolder) -> int:
    return _pid_of(["-f", "--", f"-m backend.embedded_postgres.supervisor {folder.path}"])


def guard(folder: ServerFolder) -> int:
    return _pid_of(["-P", str(supervisor(folder)), "-f", "read -r done"])


def _pid_of(arguments: list[str]) -> int:
    """The one process that pgrep finds. A child that just starts still looks like its parent."""
    found: list[bytes] = []

    def there_is_one() -> bool:
        pgrep = subprocess.run(["pgrep", *arguments], capture_output=True, check=False)
        found[:] = pgrep.stdout.split()
        return len(found) == 1

    assert comes_true(there_is_one)
    return int(found[0])


def runs(folder: ServerFolder) -> bool:
    return locks.held(folder.postgres_lock) or locks.held(folder.supervisor_lock)


def stops(folder: ServerFolder) -> bool:
    return comes_true(lambda: not runs(folder))


def comes_true(condition: Callable[[], bool], within: float = PATIENCE_SECONDS) -> bool:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextlib.contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
