"""What `manage.py check --deploy` says beyond Django's own."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register


@register(Tags.security, deploy=True)
def public_url_is_public(**kwargs: Any) -> list[CheckMessage]:
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    return [
        checks.Warning(
            "PUBLIC_URL is not an https:// address: invite links lead nowhere, and tokens travel in clear.",
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
