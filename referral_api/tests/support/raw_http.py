"""A client that writes the bytes of HTTP itself, also wrong ones."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

SECONDS_TO_ANSWER = 30  # a bound, for a busy machine


@dataclass(frozen=True)
class RawAnswer:
    status: int
    headers: dict[str, str]  # names in small letters
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class RawClient:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.incoming = connection.makefile("rb")

    def send(self, *parts: bytes) -> None:
        """Each part by itself, so that the server may get them one by one."""
        for part in parts:
            self.connection.sendall(part)

    def answer(self) -> RawAnswer:
        status = int(self.incoming.readline().split()[1])
        headers = {}
        while (line := self.incoming.readline().decode().strip()) != "":
            name, _colon, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = self.incoming.read(int(headers["content-length"]))
        return RawAnswer(status, headers, body)

    def ask(self, *parts: bytes) -> RawAnswer:
        self.send(*parts)
        return self.answer()

    def is_closed(self) -> bool:
        """Waits for the server's end of the connection. False where it says something instead."""
        try:
            return self.incoming.read(1) == b""
        except ConnectionError:
            return True


@contextmanager
def raw_client(address: tuple[str, int]) -> Iterator[RawClient]:
    with socket.create_connection(address, timeout=SECONDS_TO_ANSWER) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = RawClient(connection)
        with client.incoming:
            yield client


def head(request_line: str, *fields: str, host: str = "localhost") -> bytes:
    """A request line and headers; `fields` are lines of their own."""
    lines = [f"{request_line} HTTP/1.1", f"Host: {host}", *fields, "", ""]
    return "\r\n".join(lines).encode()


def chunked(body: bytes, *trailers: str) -> bytes:
    """A body in one chunk, and fields behind it."""
    last = "\r\n".join(["0", *trailers, "", ""]).encode()
    return b"%x\r\n%b\r\n%b" % (len(body), body, last)
