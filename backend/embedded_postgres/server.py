"""What a process that uses the server calls."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from . import cluster, locks
from .binaries import find_binaries
from .errors import NotStarted, Refused
from .folder import PORT, ServerFolder
from .privileges import account_for

START_SECONDS = 60.0  # recovery after a crash takes its time
STOP_SECONDS = 20.0
LAUNCHES = 3  # one may meet a server that is just stopping
CHECKOUT = Path(__file__).parents[2]

_uses: dict[ServerFolder, int] = {}
_uses_guard = threading.Lock()


def connect(folder: ServerFolder) -> str:
    """The folder of the socket of a running server. Counts this process among its users, till it ends.

    Costs two small files where the server runs. What is told here can be out of date a moment later, a killed
    postgres leaves its pid file behind: who then cannot connect calls `start`, which looks closer, and tries again.
    """
    _use(folder)
    if locks.held(folder.supervisor_lock) and (socket := folder.socket):
        return socket
    return start(folder)


def _use(folder: ServerFolder) -> None:
    with _uses_guard:
        if not _is_used(folder):
            folder.prepare()
            users = locks.open_file(folder.users_lock)
            fcntl.flock(users, fcntl.LOCK_SH)  # waits for a server that is just stopping
            if folder in _uses:
                os.close(_uses[folder])  # of a folder that was deleted: its server has lost us
            _uses[folder] = (
                users  # a forked child shares the lock and may outlive us; an executed one does not get it
            )


def _is_used(folder: ServerFolder) -> bool:
    try:
        return os.path.samestat(os.fstat(_uses[folder]), folder.users_lock.stat())
    except (KeyError, FileNotFoundError):  # never used, or deleted with its folder since
        return False


def start(folder: ServerFolder) -> str:
    binaries = find_binaries()
    with locks.holding(folder.start_lock):
        cluster.create(folder, account_for(folder.path, binaries), binaries)
        return _started(folder, binaries)


def _started(folder: ServerFolder, binaries: Path) -> str:
    """Launch a supervisor wherever there is none, until postgres answers. Covers one that dies or stops meanwhile."""
    launches, logged, deadline = 0, 0, time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        supervised = locks.held(folder.supervisor_lock)
        if supervised and (socket := folder.socket) and _answers(socket, binaries):
            return socket
        if not supervised:
            if launches == LAUNCHES:
                break
            logged = folder.log.stat().st_size if folder.log.exists() else 0
            _launch_supervisor(folder)
            launches += 1
        time.sleep(0.01)
    said = folder.log.read_bytes()[logged:].decode(errors="replace").strip()
    raise NotStarted(f"The embedded PostgreSQL in {folder.path} did not start: {said}")


def _answers(socket: str, binaries: Path) -> bool:
    target = [
        f"--host={socket}",
        f"--port={PORT}",
        f"--username={cluster.SUPERUSER}",
        "--dbname=postgres",
    ]
    command = [str(binaries / "pg_isready"), "--quiet", *target]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603


def _launch_supervisor(folder: ServerFolder) -> None:
    """Returns as soon as the supervisor holds its lock: it forks, and the process that we wait for here ends."""
    command = [sys.executable, "-m", f"{__package__}.supervisor", str(folder.path)]
    launched = subprocess.run(  # noqa: S603
        command,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    if launched.returncode:
        raise Refused(launched.stderr.strip())


def stop(folder: ServerFolder) -> bool:
    """Stop it, users or not: they start it again when they next connect. False if it did not run."""
    if not folder.path.exists():
        return False
    with locks.holding(folder.start_lock):
        if not locks.held(folder.postgres_lock):
            return False
        if (postmaster := folder.postmaster) is not None:
            cluster.stop(postmaster, account_for(folder.path, find_binaries()))
        _await_end(folder)
    return True


def _await_end(folder: ServerFolder) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while locks.held(folder.postgres_lock) or locks.held(folder.supervisor_lock):
        if time.monotonic() > deadline:
            raise NotStarted(
                f"The embedded PostgreSQL in {folder.path} does not stop: see {folder.log}."
            )
        time.sleep(0.01)


def status(folder: ServerFolder) -> str:
    running = folder.path.exists() and locks.held(folder.postgres_lock)
    socket = folder.socket if running else None
    return f"{'running' if running else 'stopped'}\ndata: {folder.data}\nsocket: {socket or '-'}"
