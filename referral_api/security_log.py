"""The security log: one line of JSON for each event that an operator may have to look into.

OWASP ASVS 5.0 16.3.1 and 16.3.3. A phone or a network is written as a keyed hash, the same in every
line and in the table of limits. No line has a code, a token or a key. SECURITY.md lists the events.
"""

from typing import Literal

import orjson
import structlog
from django.conf import settings

from referral_api.keyed_hashes import keyed_hash
from referral_api.networks import Network

STANDARD_ERROR = 2
Fact = str | int | bool | None
Event = Literal[
    "code_requested",
    "code_requested_too_soon",
    "sms_failed",
    "limit_reached",
    "login",
    "wrong_code",
    "login_refused",
    "session_ended",
    "access_ended",
    "account_deleted",
    "phone_changed",
    "phone_change_refused",
    "api_token_created",
    "api_token_revoked",
    "invite_code_unknown",
    "staff_login",
    "staff_login_failed",
]

# One write for each line, without a buffer: the lines of several workers never mix.
_output = open(STANDARD_ERROR, "wb", buffering=0, closefd=False)  # noqa: SIM115
_logger = structlog.wrap_logger(
    structlog.BytesLogger(_output),
    processors=[
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(serializer=orjson.dumps),
    ],
    wrapper_class=structlog.make_filtering_bound_logger("info"),
).bind(log="security")


def record(
    event: Event, *, phone: str | None = None, network: Network | None = None, **facts: Fact
) -> None:
    """Writes the event, where SECURITY_LOG is on."""
    if not settings.SECURITY_LOG:
        return
    if phone is not None:
        facts["phone"] = keyed_hash(phone)
    if network is not None:
        facts["network"] = keyed_hash(network.narrowest)
    _logger.info(event, **facts)
