"""Which user runs postgres: it refuses to run as root.

Then it runs as the owner of the server's folder, or as `nobody`.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import Refused
from .folder import ServerFolder

# The server gets no other variable of ours: no PG* variable, no secret of the app.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}
if "TZ" in os.environ:
    ENVIRONMENT["TZ"] = os.environ["TZ"]


@dataclass(frozen=True, slots=True)
class Account:
    """The user who runs initdb and postgres."""

    uid: int
    gid: int
    drop: bool = False  # become that user by setuid, in the child
    prefix: tuple[str, ...] = ()  # or by this command, which becomes that user

    def start(
        self, command: Sequence[str | Path], *, output: int, keep: Sequence[int] = ()
    ) -> subprocess.Popen[str]:
        """Start a command. `output` gets its stdout and stderr; it inherits the files `keep`."""
        return subprocess.Popen(  # noqa: S603
            [*self.prefix, *map(str, command)],
            cwd="/",  # PostgreSQL reads its current folder, and ours can be closed to that user
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=keep,
            text=True,
            user=self.uid if self.drop else None,
            group=self.gid if self.drop else None,
            extra_groups=[] if self.drop else None,
        )

    def run(self, command: Sequence[str | Path]) -> tuple[bool, str]:
        """Whether a command succeeded, and its output."""
        with self.start(command, output=subprocess.PIPE) as process:
            output, _ = process.communicate()
        return process.returncode == 0, output.strip()

    def reaches(self, folder: Path, program: Path) -> bool:
        """Whether this user can enter the folder and run the program."""
        script = 'cd "$0" && exec "$1" --version'
        try:
            succeeded, _ = self.run(["/bin/sh", "-c", script, folder, program])
        except (OSError, subprocess.SubprocessError):
            return False  # no right to change the user, or no such command
        return succeeded


def account_for(folder: ServerFolder, binaries: Path) -> Account:
    """Who runs this server. Raises Refused if root finds no user who can reach its files."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    uid, gid = _unprivileged_user(folder)
    plain = Account(uid, gid, drop=True)
    for account in (plain, Account(uid, gid, prefix=_through_closed_folders(uid, gid))):
        if account.reaches(folder.path, binaries / "initdb"):
            return account
    raise Refused(
        f"PostgreSQL refuses to run as root, and uid {uid} cannot reach {folder.path} or "
        f"{binaries}: install setpriv (util-linux) and allow CAP_DAC_READ_SEARCH, or run as an "
        "ordinary user, or set DATABASE_URL."
    )


def _unprivileged_user(folder: ServerFolder) -> tuple[int, int]:
    """Uid and gid: the owner of the data if there is any, else of the folder, else `nobody`."""
    data = folder.data
    if data is not None:
        owner = data.stat()
        if owner.st_uid != 0:
            return owner.st_uid, owner.st_gid
    owner = folder.path.stat()
    if owner.st_uid != 0:
        # initdb works only for a user whom passwd knows.
        with contextlib.suppress(KeyError):
            pwd.getpwuid(owner.st_uid)
            return owner.st_uid, owner.st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _through_closed_folders(uid: int, gid: int) -> tuple[str, ...]:
    """A command that becomes this user and can still read what is under a closed home like /root.

    We may not open such a home for everybody. CAP_DAC_READ_SEARCH lets the server pass and read
    the folders that are closed to it, and write into none of them. Without no_setuid_fixup,
    access(2) ignores capabilities, and PostgreSQL looks at its own binary by access(2).
    """
    return (
        shutil.which("setpriv") or "setpriv",
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        "--securebits=+no_setuid_fixup",
        "--inh-caps=+dac_read_search",
        "--ambient-caps=+dac_read_search",
    )
