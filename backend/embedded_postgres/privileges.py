"""PostgreSQL refuses to run as root: then it runs as the owner of the checkout, or as `nobody`."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import Refused

# Nothing of ours leaks into the server: no PG* variable, no secret of the app.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"} | {
    name: os.environ[name] for name in ("TZ",) if name in os.environ
}


@dataclass(frozen=True, slots=True)
class Account:
    """Whom initdb and postgres run as."""

    uid: int
    gid: int
    drop: bool = False  # become that user by setuid, in the child
    prefix: tuple[str, ...] = ()  # or through this command

    def start(
        self, command: Sequence[str | Path], *, output: int, keep: Sequence[int] = ()
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603
            [*self.prefix, *map(str, command)],
            cwd="/",  # ours may be closed to that user, and PostgreSQL looks up where it stands
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
        """Whether it succeeded, and what it said."""
        with self.start(command, output=subprocess.PIPE) as process:
            said, _ = process.communicate()
        return process.returncode == 0, said.strip()

    def reaches(self, folder: Path, program: Path) -> bool:
        try:
            return self.run(["/bin/sh", "-c", 'cd "$0" && exec "$1" --version', folder, program])[0]
        except (OSError, subprocess.SubprocessError):
            return False  # no right to change the user, or no such command


def account_for(folder: Path, binaries: Path) -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    plain = replace(_unprivileged(folder), drop=True)
    for account in (plain, _through_closed_folders(plain)):
        if account.reaches(folder, binaries / "initdb"):
            return account
    raise Refused(
        f"PostgreSQL refuses to run as root, and uid {plain.uid} cannot reach {folder} or {binaries}: install setpriv "
        "(util-linux) and allow CAP_DAC_READ_SEARCH, or run as an ordinary user, or set DATABASE_URL."
    )


def _unprivileged(folder: Path) -> Account:
    """The one who owns the data already, else the owner of the checkout, else nobody. initdb wants him in passwd."""
    if (data := folder / "data").exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    owner = folder.stat()
    if owner.st_uid != 0 and any(owner.st_uid == known.pw_uid for known in pwd.getpwall()):
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _through_closed_folders(account: Account) -> Account:
    """For a checkout or packages under a closed home such as /root, whose mode is not ours to widen.

    CAP_DAC_READ_SEARCH lets the server pass and read folders that are closed to it, and write none of them.
    no_setuid_fixup: else access(2), by which PostgreSQL looks at its own binary, disregards capabilities.
    """
    prefix = (
        shutil.which("setpriv") or "setpriv",
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        "--securebits=+no_setuid_fixup",
        "--inh-caps=+dac_read_search",
        "--ambient-caps=+dac_read_search",
    )
    return replace(account, drop=False, prefix=prefix)
