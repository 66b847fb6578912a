"""HAProxy before a server, as an operator would put it there."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from referral_api.tests.support.servers import LiveServer, free_port
from referral_api.tests.support.waiting import wait_until

HAPROXY = shutil.which("haproxy", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
CONFIGURATION = """
defaults
  mode http
  option forwardfor
  timeout connect 10s
  timeout client 60s
  timeout server 60s
frontend clients
  bind 127.0.0.1:{port}
  default_backend service
backend service
  server one 127.0.0.1:{server}
"""


@contextmanager
def haproxy(folder: Path, server: LiveServer) -> Iterator[tuple[str, int]]:
    """The address of the proxy."""
    port = free_port()
    configuration = folder / "haproxy.cfg"
    configuration.write_text(CONFIGURATION.format(port=port, server=server.port))
    process = subprocess.Popen([str(HAPROXY), "-db", "-q", "-f", str(configuration)])

    def listens() -> bool:
        assert process.poll() is None
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(listens)
        yield ("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait(10)
