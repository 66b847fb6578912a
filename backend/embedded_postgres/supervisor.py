"""`python -m ….supervisor FOLDER`: starts postgres, and stops it when its last user has ended.

It imports no Django, so that it starts fast. It runs in a session of its own, so that Ctrl-C in a
terminal does not reach it. When it is killed, postgres goes on, and its guard starts another
supervisor, which adopts that postgres.
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

GRACE_SECONDS = 1.0  # several manage.py commands in a row need no restart between them
STOP_SECONDS = 15.0
PROBE_SECONDS = 0.2  # longer than any `locks.held` takes


def main(folder: ServerFolder) -> None:
    if locks.acquire(folder.supervisor_lock, PROBE_SECONDS) is None:
        return  # there is a supervisor already
    binaries = find_binaries()
    account = account_for(folder, binaries)
    socket_folder = make_socket_folder(folder, account)
    # All files are opened before postgres starts, and never by their path again: from then on the
    # folder can be moved or deleted, and another server can use its path.
    users = locks.open_file(folder.users_lock)
    last_process = locks.open_file(folder.postgres_lock)
    log = locks.open_file(folder.log, os.O_APPEND)
    if os.fork():
        os._exit(0)  # the process that started us waits for this
    os.dup2(log, 1)
    os.dup2(log, 2)
    guard = _start_guard(folder)
    try:
        postmaster = _start_or_adopt(folder, account, binaries, socket_folder, log)
        arguments = (users, account, postmaster)
        threading.Thread(target=_stop_when_unused, args=arguments, daemon=True).start()
        # Granted when the last process of postgres has ended, ours or an adopted one.
        fcntl.flock(last_process, fcntl.LOCK_EX)
        shutil.rmtree(socket_folder.parent, ignore_errors=True)
    finally:
        guard.communicate(b"done\n")
    os._exit(0)  # releases all locks at once, whatever the thread is doing


def _start_guard(folder: ServerFolder) -> subprocess.Popen[bytes]:
    """A shell that starts a new supervisor if its input ends before it reads a line.

    Without it, `pkill -9 python` would leave a postgres that nobody ever stops.
    """
    module = f"{__package__}.supervisor"
    script = 'read -r done || exec "$0" -m "$1" "$2"'
    command = ["/bin/sh", "-c", script, sys.executable, module, str(folder.path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603


def _start_or_adopt(
    folder: ServerFolder, account: Account, binaries: Path, socket_folder: Path, log: int
) -> int | None:
    """The pid of postgres; None for one that was already stopping when it was adopted."""
    postgres_lock = locks.acquire(folder.postgres_lock, PROBE_SECONDS)
    if postgres_lock is None:
        return folder.postmaster
    data = folder.data
    if data is None:
        raise Refused(f"{folder.path} has no data.")
    # A stale pid file would prevent the start if another process had its pid by now, as after the
    # restart of a container. The lock proves that the file is stale. Shared memory would still
    # show a postgres that a person runs by hand.
    (data / "postmaster.pid").unlink(missing_ok=True)
    command = cluster.postgres(binaries, data, socket_folder)
    postmaster = account.start(command, output=log, keep=[postgres_lock])
    os.close(postgres_lock)  # from now on only postgres holds it
    return postmaster.pid


def _stop_when_unused(users: int, account: Account, postmaster: int | None) -> None:
    while True:
        fcntl.flock(users, fcntl.LOCK_EX)  # granted when no user is left
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(GRACE_SECONDS)
        if locks.attempt(users, fcntl.LOCK_EX):
            break
    # Kept until this process ends: a user who comes now waits for that, and starts a new server.
    if postmaster is not None:
        cluster.stop(postmaster, account)
        time.sleep(STOP_SECONDS)  # the end of postgres ends this process
        cluster.stop(postmaster, account, "QUIT")


if __name__ == "__main__":
    try:
        main(ServerFolder(Path(sys.argv[1])))
    except Refused as refusal:
        sys.exit(str(refusal))
