"""Locks by flock(2). The kernel releases a lock when its last holder ends, even when it is killed.

POSIX only: Windows has no fcntl and is not supported.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path


def open_file(path: Path, flags: int = 0) -> int:
    """Open or create a file. It belongs to the owner of its folder, even when root creates it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | flags, 0o600)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(fd, owner.st_uid, owner.st_gid)
    return fd


def held(path: Path) -> bool:
    """Whether another process holds the lock exclusively.

    To find out, this takes the lock for a moment: `acquire` tries for longer than that.
    """
    fd = open_file(path)
    try:
        return not attempt(fd, fcntl.LOCK_SH)
    finally:
        os.close(fd)


def attempt(fd: int, kind: int) -> bool:
    """Take the lock if nobody is in the way; say whether it was taken."""
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def acquire(path: Path, seconds: float) -> int | None:
    """The exclusive lock as an open descriptor, or None if another process keeps it that long."""
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
    """The exclusive lock for the time of a block, however long it takes to get it."""
    fd = open_file(path)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
