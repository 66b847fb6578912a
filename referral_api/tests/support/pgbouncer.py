"""PgBouncer in transaction mode, before the PostgreSQL of the tests."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from referral_api.tests.support.servers import free_port

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
# The pool alone: users, TLS and logs of an operator's file are no business of the service.
INI = """
[databases]
* = {server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 500
query_wait_timeout = 30
"""


@dataclass
class PgBouncer:
    folder: Path
    options: list[str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def database_url(self, name: str) -> str:
        return f"postgresql://service@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(PGBOUNCER), *self.options, str(self.folder / "pgbouncer.ini")]
        )
        deadline = time.monotonic() + 10
        while not self._listens():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def _listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        self.process.wait(10)


@contextmanager
def pgbouncer(*, pool_size: int) -> Iterator[PgBouncer]:
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="pgbouncer-")))
        made = PgBouncer(folder, ["--quiet", *unprivileged()])
        (folder / "pgbouncer.ini").write_text(
            INI.format(server=server(), port=made.port, pool_size=pool_size)
        )
        folder.chmod(0o755)
        made.start()
        cleanup.callback(made.stop)
        yield made


def server() -> str:
    """Where the tests' own connection leads, as a connection string of libpq."""
    info = connection_info()
    known = {"host": info.host, "port": info.port, "user": info.user, "password": info.password}
    return " ".join(
        f"{name}='{str(value).replace(chr(39), chr(39) * 2)}'"
        for name, value in known.items()
        if value
    )


def connection_info() -> Any:
    connection.ensure_connection()
    return connection.connection.info


def unprivileged() -> list[str]:
    """For root, as whom PgBouncer does not run: the owner of PostgreSQL's socket.

    The folder of the socket may be closed to others.
    """
    if os.geteuid() != 0:
        return []
    folder = Path(connection_info().host or "/")
    owner = pwd.getpwuid(folder.stat().st_uid).pw_name if folder.is_dir() else "root"
    return ["--user", "nobody" if owner == "root" else owner]
