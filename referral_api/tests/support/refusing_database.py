"""A PostgreSQL that lets nobody in, with a text of the test's choice."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def refusing_database(text: str) -> Iterator[str]:
    """Its address. It answers each first message with an ErrorResponse (PostgreSQL, 54.7)."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_refuse_all, args=[listener, text], daemon=True).start()
        yield f"postgresql://user:secret@127.0.0.1:{listener.getsockname()[1]}/db?sslmode=disable"
        listener.shutdown(socket.SHUT_RDWR)


def _refuse_all(listener: socket.socket, text: str) -> None:
    fields = f"SFATAL\0VFATAL\0CXX000\0M{text}\0\0".encode()
    refusal = b"E" + struct.pack("!I", len(fields) + 4) + fields
    with contextlib.suppress(OSError):  # the end of the test
        while True:
            client, _address = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(refusal)
