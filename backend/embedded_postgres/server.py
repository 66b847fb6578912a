"""What a process that uses the server calls: connect, start, stop, status."""

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
from .privileges import ENVIRONMENT, account_for

START_SECONDS = 60.0  # recovery after a crash takes its time
STOP_SECONDS = 20.0
LAUNCHES = 3  # one launch can meet a server that is just stopping
# The folder from which `python -m` finds this package, whatever packages it is inside.
IMPORT_ROOT = Path(__file__).parents[len(__name__.split(".")) - 1]

_uses: dict[ServerFolder, int] = {}
_uses_guard = threading.Lock()


def connect(folder: ServerFolder) -> str:
    """The folder of the socket of a running server, which is started if need be.

    From now on this process is a user of the server, until it ends. Where the server runs, this
    costs the reading of two small files, so the answer can be out of date: a killed postgres leaves
    its pid file behind. A caller who then cannot connect calls `start`, which looks closer.
    Raises Refused and NotStarted.
    """
    _use(folder)
    if locks.held(folder.supervisor_lock) and (socket := folder.socket):
        return socket
    return start(folder)


def _use(folder: ServerFolder) -> None:
    """Hold `users_lock`, of the folder that has this path today."""
    with _uses_guard:
        used = _uses.get(folder)
        if used is not None:
            try:
                if os.path.samestat(os.fstat(used), folder.users_lock.stat()):
                    return
            except FileNotFoundError:
                pass  # the folder was deleted
        folder.prepare()
        users = locks.open_file(folder.users_lock)
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a server is stopping
        if used is not None:
            os.close(used)  # the server of the deleted folder can stop without us
        # A forked child shares this descriptor and can outlive us; an executed one does not get it.
        _uses[folder] = users


def start(folder: ServerFolder) -> str:
    """Create and start what is missing, until postgres answers; the folder of its socket.

    Raises Refused, and NotStarted with what PostgreSQL said.
    """
    binaries = find_binaries()
    with locks.holding(folder.start_lock):
        if folder.data is None and locks.held(folder.postgres_lock):
            # Somebody deleted the data under a running server. New lock files part us from it, as
            # if the whole folder had been deleted: it stops by itself, and we need not wait.
            for lock in (folder.users_lock, folder.supervisor_lock, folder.postgres_lock):
                lock.unlink(missing_ok=True)
            _use(folder)
        cluster.create(folder, account_for(folder, binaries), binaries)
        if folder.socket_was_deleted:
            # Somebody emptied the folder of temporary files. Only a new start makes a new socket.
            _stop(folder)
        return _launch_until_it_answers(folder, binaries)


def _launch_until_it_answers(folder: ServerFolder, binaries: Path) -> str:
    """The folder of the socket. The supervisor can end at any time: each round looks anew."""
    launches = 0
    logged = 0
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        supervised = locks.held(folder.supervisor_lock)
        socket = folder.socket
        if supervised and socket and _answers(socket, binaries):
            return socket
        if not supervised:
            if launches == LAUNCHES:
                break
            logged = folder.log.stat().st_size if folder.log.exists() else 0
            _launch_supervisor(folder)
            launches += 1
        time.sleep(0.01)
    output = folder.log.read_bytes()[logged:].decode(errors="replace").strip()
    raise NotStarted(f"The embedded PostgreSQL in {folder.path} did not start: {output}")


def _answers(socket: str, binaries: Path) -> bool:
    command = [
        str(binaries / "pg_isready"),
        "--quiet",
        f"--host={socket}",
        f"--port={PORT}",
        f"--username={cluster.SUPERUSER}",
        "--dbname=postgres",
    ]
    # Our own environment can name another server.
    answer = subprocess.run(command, env=ENVIRONMENT, check=False)  # noqa: S603
    return answer.returncode == 0


def _launch_supervisor(folder: ServerFolder) -> None:
    """Return when the supervisor holds its lock: the process that we wait for forks it and ends."""
    launched = subprocess.run(  # noqa: S603
        [sys.executable, "-m", f"{__package__}.supervisor", str(folder.path)],
        cwd=IMPORT_ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    if launched.returncode:
        raise Refused(launched.stderr.strip())


def stop(folder: ServerFolder) -> bool:
    """Stop it, even under its users: they start it again when they next connect.

    False if it did not run. Raises Refused, and NotStarted if it does not stop.
    """
    if not folder.path.exists():
        return False
    with locks.holding(folder.start_lock):
        return _stop(folder)


def _stop(folder: ServerFolder) -> bool:
    """As `stop`. The caller holds `start_lock`."""
    if not locks.held(folder.postgres_lock):
        return False
    postmaster = folder.postmaster
    if postmaster is not None:
        cluster.stop(postmaster, account_for(folder, find_binaries()))
    deadline = time.monotonic() + STOP_SECONDS
    while locks.held(folder.postgres_lock) or locks.held(folder.supervisor_lock):
        if time.monotonic() > deadline:
            raise NotStarted(
                f"The embedded PostgreSQL in {folder.path} does not stop: see {folder.log}."
            )
        time.sleep(0.01)
    return True


def status(folder: ServerFolder) -> str:
    """Three lines for a person: whether it runs, its data, its socket."""
    running = folder.path.exists() and locks.held(folder.postgres_lock)
    state = "running" if running else "stopped"
    if running and folder.socket_was_deleted:
        state = "out of reach: its socket was deleted; the next connection starts it again"
    socket = folder.socket if running else None
    return f"{state}\ndata: {folder.data or '-'}\nsocket: {socket or '-'}"
