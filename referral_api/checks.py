"""What `manage.py check --deploy` says beyond Django's own, and every command of a long SMS."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.utils import translation

from referral_api.fixed_codes import fixed_code_of
from referral_api.gateways.sms import senders
from referral_api.gateways.sms.segments import segments
from referral_api.gateways.sms.text import sms_text
from referral_api.services import risk

MOST_TAKEOVERS_A_YEAR = 0.01
LONGEST_CODE = "8" * 8


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
    if senders.are_imitated() or settings.OTP_LENGTH >= 6:
        return []
    return [
        checks.Warning(
            "OTP_LENGTH is under 6: NIST SP 800-63B and OWASP ASVS 6.5.4 want 20 bits.",
            hint="Set OTP_LENGTH=6, and OTP_REQUIRE_REQUEST_ID=true; see SECURITY.md.",
            id="referral_api.W004",
        )
    ]


@register(Tags.security, deploy=True)
def fraud_is_stopped(**kwargs: Any) -> list[CheckMessage]:
    if senders.are_imitated() or settings.SMS_ALARM:
        return []
    return [
        checks.Warning(
            "SMS_ALARM is off: nobody stops those who earn from SMS that you pay for.",
            hint="Leave it at its default, or see docs/sms.md for other values.",
            id="referral_api.W014",
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


@register
def sms_is_one_segment(**kwargs: Any) -> list[CheckMessage]:
    """Each segment is billed, and Android's SMS Retriever reads no more than one."""
    several = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            count = segments(sms_text(LONGEST_CODE))
        if count > 1:
            several.append(f"{language}: {count}")
    if not several:
        return []
    return [
        checks.Warning(
            f"An SMS is more than one segment, and each is billed ({', '.join(several)}).",
            hint="Shorten SERVICE_NAME or the texts of the SMS; docs/sms-text.md has the rules.",
            id="referral_api.W012",
        )
    ]


@register(Tags.security, deploy=True)
def fixed_codes_are_named(**kwargs: Any) -> list[CheckMessage]:
    if not settings.TEST_PHONES:
        return []
    named = []
    for phone, (_code, last_day) in settings.TEST_PHONES.items():
        if fixed_code_of(phone) is None:
            named.append(f"{phone} (over since {last_day}: it gets SMS again)")
        else:
            named.append(f"{phone} (until {last_day})")
    return [
        checks.Warning(
            f"TEST_PHONES opens accounts by codes that never change: {', '.join(named)}.",
            hint="Take out what is over or not needed; docs/sms-text.md has the rules.",
            id="referral_api.W013",
        )
    ]
