"""PostgreSQL's own programs: initdb, postgres, and the signals that stop it."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from .errors import NotStarted, Refused
from .folder import PORT, ServerFolder
from .privileges import Account

SUPERUSER = "postgres"


def create(folder: ServerFolder, account: Account, binaries: Path) -> None:
    """Create the data where there is none. The caller holds `start_lock`.

    Raises Refused for the data of another user or of another major version of PostgreSQL, and
    NotStarted if initdb fails.
    """
    data = folder.data
    if data is not None:
        owner = data.stat().st_uid
        if owner != account.uid:
            raise Refused(
                f"{data} belongs to another user (uid {owner}): delete {folder.path}, "
                "or set DATABASE_URL."
            )
        _refuse_other_version(folder, account, binaries)
        return
    for leftover in folder.path.glob("initdb-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # The last step is a rename: an initdb that was killed half-way leaves nothing that looks like
    # data. Such an initdb can go on when its caller was killed, so each has a folder of its own.
    unfinished = Path(tempfile.mkdtemp(prefix="initdb-", dir=folder.path))
    if os.geteuid() == 0:
        os.chown(unfinished, account.uid, account.gid)
    succeeded, output = account.run(initdb(binaries, unfinished))
    if not succeeded:
        raise NotStarted(f"initdb failed: {output}")
    unique = unfinished.name.removeprefix("initdb-")
    unfinished.rename(folder.path / f"data-{unique}")


def _refuse_other_version(folder: ServerFolder, account: Account, binaries: Path) -> None:
    """PostgreSQL itself would only end, and give its reason in the log."""
    _succeeded, output = account.run([binaries / "postgres", "--version"])
    version = re.search(r"\(PostgreSQL\) (\d+)", output)
    ours = version[1] if version else None
    theirs = folder.data_version
    if ours and theirs and ours != theirs:
        raise Refused(
            f"{folder.data} holds the data of PostgreSQL {theirs}, and PostgreSQL {ours} is "
            f"installed here: delete {folder.path} to begin anew, or install PostgreSQL {theirs} "
            "and take a dump of the data, or set DATABASE_URL."
        )


def initdb(binaries: Path, data: Path) -> list[str | Path]:
    """The command line that creates the data."""
    return [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        SUPERUSER,
        "--locale=C.UTF-8",
        "--encoding=UTF8",
        "--auth-local=trust",
        "--auth-host=reject",
    ]


def postgres(binaries: Path, data: Path, socket_folder: Path) -> list[str | Path]:
    """The command line of the server."""
    quoted_socket_folder = str(socket_folder).replace('"', '""')
    return [
        binaries / "postgres",
        "-D",
        data,
        "--listen_addresses=",
        f'--unix_socket_directories="{quoted_socket_folder}"',
        f"--port={PORT}",
        "--max_connections=200",
        "--log_checkpoints=off",
        # Without ERROR: a violated constraint is normal here, and its message holds the whole row,
        # with personal data.
        "--log_min_messages=log",
    ]


def stop(postmaster: int, account: Account, signal: str = "INT") -> None:
    """INT is the fast shutdown of PostgreSQL, QUIT the immediate one.

    The caller knows that `postgres_lock` is held: only then does the pid still belong to postgres.
    pg_ctl is no help, because it goes by the path, where another server can run by now. The signal
    is sent as `account`: root must not trust a pid file that an unprivileged user wrote.
    """
    account.run(["/bin/sh", "-c", 'kill -s "$0" "$1"', signal, str(postmaster)])
