"""Whom a request stands for: the address it came from, as far as it can be trusted."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

SUBSCRIBER_PREFIX = 64  # bits of an IPv6 address; one subscriber has the rest


def network_of(request: HttpRequest) -> str:
    """The network that a limit counts: an IPv4 host, or an IPv6 /64, which one subscriber has."""
    address = _parsed(client_address(request))
    if address is None:
        return "unknown"
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, SUBSCRIBER_PREFIX), strict=False))


def client_address(request: HttpRequest) -> str:
    """The peer, or behind our own proxies what the outermost of them saw.

    Each proxy appends its peer to X-Forwarded-For. So the last TRUSTED_PROXIES entries are ours,
    and what stands before them is the client's own text. A header that is too short, or that has
    no address at that place, did not come through the proxies.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = settings.TRUSTED_PROXIES
    if trusted == 0 or trusted > len(entries):
        return peer
    seen = entries[-trusted].strip()
    return peer if _parsed(seen) is None else seen


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
