"""`python -m backend.embedded_postgres.supervisor FOLDER`: starts postgres, stops it when its last user is gone.

Imports no Django, so that it starts fast. In a session of its own, so that Ctrl-C in a terminal does not reach it.
Killed, it leaves postgres running; its guard starts another supervisor, which adopts that postgres.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from . import cluster, locks
from .binaries import find_binaries
from .errors import Refused
from .folder import ServerFolder
from .privileges import Account, account_for
from .sockets import make_socket_folder

GRACE_SECONDS = 1.0  # a row of manage.py commands does not bounce the server
STOP_SECONDS = 15.0
PROBE_SECONDS = 0.2  # outlasts every `locks.held`


def main(folder: ServerFolder) -> None:
    if locks.acquire(folder.supervisor_lock, PROBE_SECONDS) is None:
        return  # somebody else supervises
    binaries = find_binaries()
    account = account_for(folder.path, binaries)
    socket_folder = make_socket_folder(folder, account)
    # From here on whoever started us is rid of us: we hold the lock, and init will reap us.
    if os.fork():
        os._exit(0)
    log = _turn_to_log(folder)
    postgres_lock = locks.acquire(folder.postgres_lock, PROBE_SECONDS)
    if postgres_lock is None:  # a postgres outlived its supervisor: adopt it
        postmaster = folder.postmaster
    else:
        command = cluster.postgres(binaries, folder.data, socket_folder)
        postmaster = _start(folder, account, command, log, postgres_lock)
    guard = _start_guard(folder)
    threading.Thread(
        target=_stop_when_unused, args=(folder, account, postmaster), daemon=True
    ).start()
    _wait_for_the_end(folder)
    shutil.rmtree(socket_folder.parent, ignore_errors=True)
    guard.communicate(b"done\n")
    os._exit(0)  # lets go of all locks, in the middle of whatever the thread is doing


def _turn_to_log(folder: ServerFolder) -> int:
    log = locks.open_file(folder.log, os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    return log


def _start(
    folder: ServerFolder, account: Account, command: list[str | Path], log: int, postgres_lock: int
) -> int:
    # A stale pid file would stop postgres if its pid were another process's by now, as after a container's restart.
    # The lock proves that it is stale; shared memory would still give away a postgres that somebody runs by hand.
    (folder.data / "postmaster.pid").unlink(missing_ok=True)
    postmaster = account.start(command, output=log, keep=[postgres_lock])
    os.close(postgres_lock)  # from now on postgres alone holds it
    return postmaster.pid


def _start_guard(folder: ServerFolder) -> subprocess.Popen[bytes]:
    """A shell that takes our place should its input end unannounced: else `pkill -9 python` orphans postgres."""
    place: list[str | Path] = [sys.executable, f"{__package__}.supervisor", folder.path]
    command = ["/bin/sh", "-c", 'read -r done || exec "$0" -m "$1" "$2"', *place]
    return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603


def _wait_for_the_end(folder: ServerFolder) -> None:
    """Return when the last process of postgres is gone, however it went, and whether it is our child or adopted."""
    fcntl.flock(locks.open_file(folder.postgres_lock), fcntl.LOCK_EX)


def _stop_when_unused(folder: ServerFolder, account: Account, postmaster: int | None) -> None:
    users = locks.open_file(folder.users_lock)
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)  # granted when no user is left
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(GRACE_SECONDS)
        if locks.attempt(users, fcntl.LOCK_EX):
            break
    # Kept till our end: a user who comes now waits for it, finds no server then, and starts one.
    if postmaster is not None:  # else adopted while it was stopping
        cluster.stop(postmaster, account)
        time.sleep(STOP_SECONDS)  # the end of postgres ends this process
        cluster.stop(postmaster, account, "QUIT")


if __name__ == "__main__":
    try:
        main(ServerFolder(Path(sys.argv[1])))
    except Refused as refusal:
        sys.exit(str(refusal))
