"""Runs a command against a server of its own: `with_server.py COMMAND …`.

The environment of the command has the address, BASE_URL.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

SECONDS_TO_START = 60


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(url, timeout=1).close()
        except (URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")


def main() -> int:
    base_url = f"http://127.0.0.1:{(port := free_port())}"
    environment = {**os.environ, "PORT": str(port), "SMS_DELAY_MIN": "0", "SMS_DELAY_MAX": "0"}
    server = subprocess.Popen([sys.executable, "manage.py", "serve"], env=environment)
    try:
        wait_for(f"{base_url}/readyz", server)
        return subprocess.call(sys.argv[1:], env={**os.environ, "BASE_URL": base_url})
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


if __name__ == "__main__":
    sys.exit(main())
