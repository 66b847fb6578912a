"""A real server: `manage.py serve` on a free port, against the database of the tests."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
from django.db import connection

CHECKOUT = Path(__file__).parents[3]
START_SECONDS = 60  # a bound for a busy machine: an idle one takes one or two


@dataclass
class LiveServer:
    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=f"{self.url}/api/v1", headers=headers, timeout=30, trust_env=False
        )

    def async_client(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"{self.url}/api/v1", headers=headers, timeout=30, trust_env=False
        )

    def ask_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", trust_env=False).is_success:
                    return
            time.sleep(0.05)
        raise AssertionError("the server did not become ready")


def log_in(client: httpx.Client, phone: str) -> dict[str, str]:
    """At a real server, which shows its codes; gives the header of later requests."""
    code = client.post("/auth/code", json={"phone": phone}).json()["code"]
    session = client.post("/auth/login", json={"phone": phone, "code": code}).json()
    return {"Authorization": f"Bearer {session['access']}"}


def database_url(
    *, host: str = "", port: int = 0, name: str = "", database: str = "", user: str = ""
) -> str:
    """Of the database of the tests, or of another one, perhaps through a proxy.

    PostgreSQL lists the connections under `name`.
    """
    connection.ensure_connection()
    info = connection.connection.info
    login = f"{quote(user or info.user)}:{quote(info.password or '', safe='')}"
    address = f"{quote(host or info.host, safe='')}:{port or info.port}"
    return f"postgresql://{login}@{address}/{database or info.dbname}?application_name={name}"


@contextlib.contextmanager
def live_server(database: str, **settings: object) -> Iterator[LiveServer]:
    """Runs until the end of the block, then stops by SIGTERM."""
    port = free_port()
    environment = os.environ | {"DATABASE_URL": database, "PORT": str(port)}
    environment |= {name: str(value) for name, value in settings.items()}
    command = [sys.executable, str(CHECKOUT / "manage.py"), "serve"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    server = LiveServer(process, port)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.ask_to_stop()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def free_port() -> int:
    """Below the ports of outgoing connections: one of these could take it before the server."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
