"""Whom a request stands for: the address it came from, as far as it can be trusted."""

import logging
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

Address = IPv4Address | IPv6Address

# Prefix → how many times the allowance of one subscriber it has. A /64 is one subscriber. A home
# or a company often has a whole /56 or /48, and could else count as 256 or 65,536 subscribers.
IPV6_ALLOWANCES = {64: 1, 56: 4, 48: 16}
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address
ENTRY = re.compile(
    r"""
    \[ (?P<bracketed> [^\]]+ ) \] (:\d+)?     # [2001:db8::1]:443
    | (?P<with_port> [\d.]+ ) :\d+            # 203.0.113.7:51112
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Range:
    """Addresses that share an allowance, `factor` times that of one subscriber."""

    name: str
    factor: int = 1


@dataclass(frozen=True)
class Network:
    """Whom a limit counts: an IPv4 address, or an IPv6 /64 with its /56 and its /48."""

    ranges: tuple[Range, ...]

    @property
    def narrowest(self) -> str:
        """The IPv4 address, or the IPv6 /64."""
        return self.ranges[0].name

    @property
    def widest(self) -> str:
        """All addresses that one subscriber may have."""
        return self.ranges[-1].name


UNKNOWN = Network(ranges=(Range("unknown"),))


def network_of(request: HttpRequest) -> Network:
    address = client_address(request)
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return Network(ranges=(Range(str(address)),))
    ranges = []
    for prefix, factor in IPV6_ALLOWANCES.items():
        network = IPv6Network((int(address), prefix), strict=False)
        ranges.append(Range(str(network), factor))
    return Network(ranges=tuple(ranges))


def client_address(request: HttpRequest) -> Address | None:
    """The peer, or behind our own proxies what the outermost of them saw.

    Each proxy appends its peer to X-Forwarded-For. So the last TRUSTED_PROXIES entries are ours,
    and what stands before them is the client's own text. A header that is too short, that has no
    address at that place, or that a peer outside TRUSTED_PROXY_NETWORKS sent, did not come through
    the proxies. None where the peer has no address, as on a UNIX socket.
    """
    peer = read_address(str(request.META.get("REMOTE_ADDR") or ""))
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = settings.TRUSTED_PROXIES
    if trusted == 0 or trusted > len(entries) or not is_trusted_proxy(peer):
        return peer
    seen = read_address(entries[-trusted].strip())
    if seen is None:
        warn_of_entry()
        return peer
    return seen


def is_trusted_proxy(peer: Address | None) -> bool:
    networks = settings.TRUSTED_PROXY_NETWORKS
    if not networks or peer is None:
        return True
    return any(peer in network for network in networks)


@lru_cache(maxsize=1024)
def read_address(text: str) -> Address | None:
    """Of an address as proxies write it, also with a port or in brackets.

    An IPv6 address that only carries an IPv4 address (mapped, NAT64, 6to4) is read as that one.
    """
    written = ENTRY.fullmatch(text)
    if written is not None:
        text = written["bracketed"] or written["with_port"]
    without_zone, _percent, _zone = text.partition("%")  # fe80::1%eth0
    try:
        address = ip_address(without_zone)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


@cache
def warn_of_entry() -> None:
    """Once: a client with too many TRUSTED_PROXIES could else fill the log."""
    logger.warning(
        "X-Forwarded-For has no address at the place of the outermost trusted proxy, so the "
        "clients behind it share one allowance. Check TRUSTED_PROXIES and what the proxy writes."
    )
