"""HOST and PORT: the socket that the server listens on, and where others reach it."""

import errno
import socket

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 -- compared, not bound
NO_ADDRESS = (
    "HOST={host} is not an address of this machine. Set HOST=127.0.0.1, or HOST=0.0.0.0 to let "
    "other machines in."
)


class CannotListenError(Exception):
    """Says in one sentence why nobody can listen there."""


def bound_socket(host: str, port: int) -> socket.socket:
    """Not listening yet: until the server starts, clients are refused.

    A name that has several addresses is bound at one of them, of IPv4 where it has one. `::` takes
    clients of IPv4 too, whatever the system's default is.
    Raises CannotListenError.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise CannotListenError(NO_ADDRESS.format(host=host)) from None
    family, kind, protocol, _name, address = min(found)  # AF_INET is the least family
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise CannotListenError(NO_ADDRESS.format(host=host)) from None
        raise CannotListenError(f"HOST={host}, PORT={port}: {error.strerror}.") from None
    return listener


def host_to_ask(host: str) -> str:
    """For the address of a page, seen from this machine."""
    if host in EVERY_ADDRESS:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
