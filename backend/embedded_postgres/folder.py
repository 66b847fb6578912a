import os
from dataclasses import dataclass
from pathlib import Path

from .errors import Refused

PORT = 5432  # names the socket; nothing listens on TCP


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """One embedded server: its data, locks and log. It belongs to the owner of the checkout, `data` to who runs it."""

    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def users_lock(self) -> Path:
        """Shared: every process that uses the server, for its lifetime. Exclusive: the supervisor, while it stops."""
        return self.path / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Who creates, starts or stops the server from outside. Always taken after `users_lock`."""
        return self.path / "start.lock"

    @property
    def supervisor_lock(self) -> Path:
        """The supervisor, for its lifetime: there is one."""
        return self.path / "supervisor.lock"

    @property
    def postgres_lock(self) -> Path:
        """Inherited by postgres and all its children: held as long as one of them lives. No pid can say that."""
        return self.path / "postgres.lock"

    @property
    def postmaster(self) -> int | None:
        lines = self._pid_file
        return int(lines[0]) if lines else None

    @property
    def socket(self) -> str | None:
        """Where the server listens, by its own word; None while it is not ready."""
        lines = self._pid_file  # its lines 5 and 8
        return lines[4] if [line.strip() for line in lines[7:]] == ["ready"] else None

    @property
    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def prepare(self) -> None:
        """Create the folder, or refuse in one sentence: a server is not shared between users."""
        try:
            self._create()
            owner = self.path.stat().st_uid
        except OSError as error:
            raise Refused(
                f"The embedded PostgreSQL cannot use {self.path} ({error.strerror})."
            ) from error
        if os.geteuid() not in {0, owner}:
            raise Refused(
                f"{self.path} belongs to another user (uid {owner}): delete it, or set DATABASE_URL."
            )

    def _create(self) -> None:
        if self.path.is_dir():
            return
        self.path.mkdir(parents=True, exist_ok=True)
        # Root's server runs as somebody else, who passes through here to `data` (0700). All our files are 0600.
        self.path.chmod(0o711)
        if os.geteuid() == 0:
            owner = self.path.parent.stat()
            os.chown(self.path, owner.st_uid, owner.st_gid)
