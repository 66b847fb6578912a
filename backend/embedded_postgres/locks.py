"""flock(2) rather than pid files: the kernel lets go of a lock when its last holder dies, however it dies.

POSIX only: Windows has no fcntl and is not supported.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path


def open_file(path: Path, flags: int = 0) -> int:
    """Open or create a file that belongs to the owner of its folder, whoever of him and root came first."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | flags, 0o600)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(fd, owner.st_uid, owner.st_gid)
    return fd


def held(path: Path) -> bool:
    """Whether somebody holds it exclusively. For an instant this takes the lock itself: `acquire` outlasts that."""
    fd = open_file(path)
    try:
        return not attempt(fd, fcntl.LOCK_SH)
    finally:
        os.close(fd)


def attempt(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def acquire(path: Path, seconds: float) -> int | None:
    """The exclusive lock as an open descriptor, or None if somebody else keeps it for longer than that."""
    fd = open_file(path)
    deadline = time.monotonic() + seconds
    while not attempt(fd, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            os.close(fd)
            return None
        time.sleep(0.01)
    return fd


@contextlib.contextmanager
def holding(path: Path) -> Iterator[None]:
    fd = open_file(path)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
