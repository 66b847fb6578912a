"""Where a request came from, as far as it can be trusted."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The peer, or behind proxies of ours what the outermost of them saw.

    Each proxy appends its peer to X-Forwarded-For, so the last TRUSTED_PROXIES entries are ours, and what stands
    before them is the client's own invention. A header that is too short or no address came past the proxies.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    trusted = settings.TRUSTED_PROXIES
    return hops[-trusted] if 0 < trusted <= len(hops) and _is_address(hops[-trusted]) else peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
