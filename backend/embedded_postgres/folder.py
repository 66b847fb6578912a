"""The files of one embedded server."""

import os
from dataclasses import dataclass
from pathlib import Path

from .errors import Refused

PORT = 5432  # a part of the socket's name; nothing listens on TCP


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """One embedded server: its data, locks and log.

    The folder belongs to the owner of its parent folder, and `data` to the user who runs postgres.
    """

    path: Path

    @property
    def data(self) -> Path | None:
        """The data of the server, None before the first initdb.

        Each initdb makes a folder with a name of its own, `data-` and random letters. postgres
        writes `global/pg_control` by the absolute path that it was started with. A server whose
        folder was moved or deleted does so once more when it stops: under a common name it would
        overwrite that file of the new server, which can then never start again.
        """
        return min(self.path.glob("data*"), default=None)

    @property
    def data_version(self) -> str | None:
        """The major version of PostgreSQL whose data these are, None without data."""
        if self.data is None:
            return None
        try:
            return (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return None

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def users_lock(self) -> Path:
        """Shared: by each process that uses the server, until it ends.

        Exclusive: by the supervisor while it stops the server.
        """
        return self.path / "users.lock"

    @property
    def start_lock(self) -> Path:
        """By a process that creates, starts or stops the server. Taken after `users_lock`."""
        return self.path / "start.lock"

    @property
    def supervisor_lock(self) -> Path:
        """By the supervisor until it ends: there is only one."""
        return self.path / "supervisor.lock"

    @property
    def postgres_lock(self) -> Path:
        """Inherited by postgres and all its children: held until the last of them has ended.

        A pid cannot say that.
        """
        return self.path / "postgres.lock"

    @property
    def postmaster(self) -> int | None:
        """The pid of postgres, by its pid file: a killed postgres leaves that file behind."""
        lines = self._pid_file
        return int(lines[0]) if lines else None

    @property
    def socket(self) -> str | None:
        """The folder of the socket, as postgres itself says; None while it is not ready."""
        lines = self._pid_file
        if len(lines) < 8 or lines[7].strip() != "ready":
            return None
        return lines[4]

    @property
    def socket_was_deleted(self) -> bool:
        """Whether postgres says that it is ready, and its socket is not there any more."""
        folder = self.socket
        return folder is not None and not (Path(folder) / f".s.PGSQL.{PORT}").exists()

    @property
    def _pid_file(self) -> list[str]:
        if self.data is None:
            return []
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def prepare(self) -> None:
        """Create the folder. Raises Refused if it cannot be used or belongs to another user."""
        try:
            if not self.path.is_dir():
                self.path.mkdir(parents=True, exist_ok=True)
                # Root's server runs as another user, who must pass this folder to reach `data`.
                # `data` is 0700, and all other files are 0600.
                self.path.chmod(0o711)
                if os.geteuid() == 0:
                    parent = self.path.parent.stat()
                    os.chown(self.path, parent.st_uid, parent.st_gid)
            owner = self.path.stat().st_uid
        except OSError as error:
            raise Refused(
                f"The embedded PostgreSQL cannot use {self.path} ({error.strerror})."
            ) from error
        if os.geteuid() not in {0, owner}:
            raise Refused(
                f"{self.path} belongs to another user (uid {owner}): delete it, "
                "or set DATABASE_URL."
            )
