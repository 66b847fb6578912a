"""`python -m backend.healthcheck`: whether the service answers where it listens.

For the image's HEALTHCHECK, every few seconds. So it imports neither Django nor the settings.
"""

import http.client
import os
import sys

from backend.listening import host_to_ask

SECONDS_TO_ANSWER = 3


def is_alive(host: str, port: int) -> bool:
    address = host_to_ask(host).strip("[]")  # http.client adds them again
    asked = http.client.HTTPConnection(address, port, timeout=SECONDS_TO_ANSWER)
    try:
        asked.request("GET", "/livez")
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


if __name__ == "__main__":
    # An empty variable counts as unset, as in env.py.
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT") or "8000"
    sys.exit(0 if is_alive(host, int(port)) else 1)
