"""A way to the database that a test can cut, make silent, or hide."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from django.db import connection

from referral_api.tests.support.servers import free_port


class DatabaseProxy:
    """Passes on what comes to a port of its own, to the server of the tests' database."""

    def __init__(self) -> None:
        connection.ensure_connection()
        info = connection.connection.info
        self.target = (info.host, int(info.port))
        self.port = free_port()  # the same again after a cut
        self.listener: socket.socket | None = None
        self.sockets = set[socket.socket]()
        self.flows = threading.Event()
        self.flows.set()
        # As they came, of simple queries: the type Q, a length, the text.
        self.statements: list[bytes] = []

    def open(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def cut(self) -> None:
        """Nobody listens any more, and what was connected is cut off."""
        assert self.listener
        self.flows.set()  # for the threads that wait for it
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for end in tuple(self.sockets):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def fall_silent(self) -> None:
        """As a stopped PostgreSQL: old connections stay, new ones are let in, nothing answers."""
        self.flows.clear()

    def speak_again(self) -> None:
        """What was held back goes on."""
        self.flows.set()

    @contextlib.contextmanager
    def hidden(self) -> Iterator[None]:
        """As behind a firewall that drops packets: who comes gets no answer, not even a refusal.

        Linux drops what asks for a connection while the queue of the listener is full.
        """
        self.cut()
        with contextlib.ExitStack() as waiting:
            waiting.enter_context(socket.create_server(("127.0.0.1", self.port), backlog=0))
            for _ in range(4):
                client = waiting.enter_context(socket.socket())
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", self.port))
            yield
        self.open()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # cut
            while True:
                client, _address = listener.accept()
                server = self._connect()
                self.sockets |= {client, server}
                for ends in ((client, server, self.statements), (server, client, [])):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = self.target
        if not host.startswith("/"):
            return socket.create_connection(self.target)
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _pass_on(self, source: socket.socket, sink: socket.socket, statements: list[bytes]) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if data.startswith(b"Q"):
                    statements.append(data)
                self.flows.wait()
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextlib.contextmanager
def database_proxy() -> Iterator[DatabaseProxy]:
    made = DatabaseProxy()
    made.open()
    try:
        yield made
    finally:
        with contextlib.suppress(OSError):
            made.cut()
