"""What `manage.py check --deploy` says beyond Django's own."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from referral_api.gateways.sms import senders
from referral_api.services import risk

MOST_TAKEOVERS_A_YEAR = 0.01


@register(Tags.security, deploy=True)
def public_url_is_public(**kwargs: Any) -> list[CheckMessage]:
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    return [
        checks.Warning(
            "PUBLIC_URL is not an https:// address: invite links lead nowhere, "
            "and tokens travel in clear.",
            hint="Set PUBLIC_URL to the address that people open.",
            id="referral_api.W001",
        )
    ]


@register(Tags.security, deploy=True)
def codes_are_not_shown(**kwargs: Any) -> list[CheckMessage]:
    if not settings.SMS_SHOW_CODE:
        return []
    return [
        checks.Warning(
            "SMS_SHOW_CODE is on: anybody can log in as anybody.",
            hint="Set SMS_SHOW_CODE=false outside demonstrations.",
            id="referral_api.W002",
        )
    ]


@register(Tags.security, deploy=True)
def codes_are_hard_to_guess(**kwargs: Any) -> list[CheckMessage]:
    yearly = risk.takeover_probability(risk.YEAR)
    if yearly <= MOST_TAKEOVERS_A_YEAR:
        return []
    return [
        checks.Warning(
            f"A targeted phone is taken over with {yearly:.1%} within a year (manage.py otp_risk).",
            hint="Raise OTP_LENGTH, or leave OTP_LENGTH_GROWTH and the limits at their defaults.",
            id="referral_api.W003",
        )
    ]


@register(Tags.security, deploy=True)
def real_codes_are_long(**kwargs: Any) -> list[CheckMessage]:
    """NIST SP 800-63B-4 §3.1.3.2 and OWASP ASVS 5.0 6.5.4: 20 bits, which six digits have."""
    if settings.SMS_SENDERS == ("imitation:",) or settings.OTP_LENGTH >= 6:
        return []
    return [
        checks.Warning(
            "OTP_LENGTH is under 6: NIST SP 800-63B and OWASP ASVS 6.5.4 want 20 bits.",
            hint="Set OTP_LENGTH=6, and OTP_REQUIRE_REQUEST_ID=true; see SECURITY.md.",
            id="referral_api.W004",
        )
    ]


@register(Tags.security, deploy=True)
def codes_travel_encrypted(**kwargs: Any) -> list[CheckMessage]:
    """A sender on this very machine needs no TLS."""
    in_clear = []
    for link in senders.current().links:
        url = urlsplit(getattr(link.sender, "url", ""))
        if url.scheme == "http" and url.hostname not in {"localhost", "127.0.0.1", "::1"}:
            in_clear.append(link.name)
    if not in_clear:
        return []
    return [
        checks.Warning(
            f"SMS_SENDERS has http:// addresses ({', '.join(in_clear)}): phones, codes and keys "
            "travel in clear.",
            hint="Write https:// there.",
            id="referral_api.W010",
        )
    ]
