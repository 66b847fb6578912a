import os
import shutil
import tempfile
from pathlib import Path

from .errors import NotStarted, Refused
from .folder import PORT, ServerFolder
from .privileges import Account

SUPERUSER = "postgres"


def create(folder: ServerFolder, account: Account, binaries: Path) -> None:
    """Initdb into a sibling, then rename: killed half-way, it leaves no folder that looks like data.

    The caller holds `start_lock`. The initdb of a killed caller may live on, so the sibling's name is its own.
    """
    if folder.data.exists():
        _refuse_foreign_data(folder, account)
        return
    for leftover in folder.path.glob("initdb-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    sibling = Path(tempfile.mkdtemp(prefix="initdb-", dir=folder.path))
    if os.geteuid() == 0:
        os.chown(sibling, account.uid, account.gid)
    succeeded, said = account.run(_initdb(binaries, sibling))
    if not succeeded:
        raise NotStarted(f"initdb failed: {said}")
    sibling.rename(folder.data)


def _refuse_foreign_data(folder: ServerFolder, account: Account) -> None:
    owner = folder.data.stat().st_uid
    if owner != account.uid:
        raise Refused(
            f"{folder.data} belongs to another user (uid {owner}): delete {folder.path}, or set DATABASE_URL."
        )


def _initdb(binaries: Path, data: Path) -> list[str | Path]:
    options = ["--locale=C.UTF-8", "--encoding=UTF8", "--auth-local=trust", "--auth-host=reject"]
    return [binaries / "initdb", "-D", data, "-U", SUPERUSER, *options]


def postgres(binaries: Path, data: Path, socket_folder: Path) -> list[str | Path]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": '"' + str(socket_folder).replace('"', '""') + '"',
        "port": PORT,
        "max_connections": 200,
        "log_checkpoints": "off",
        # Without ERROR: a violated constraint is everyday here, and its message holds the row, phone number and all.
        "log_min_messages": "log",
    }
    return [
        binaries / "postgres",
        "-D",
        data,
        *(f"--{name}={value}" for name, value in settings.items()),
    ]


def stop(postmaster: int, account: Account, signal: str = "INT") -> None:
    """Fast shutdown; QUIT is the immediate one. Not by pg_ctl, which goes by the path: that may be another server's.

    The caller knows that `postgres_lock` is held, so that the pid is no stranger's. Sent as `account`, for to root
    the pid file is only what an unprivileged user wrote.
    """
    account.run(["/bin/sh", "-c", 'kill -s "$0" "$1"', signal, str(postmaster)])
