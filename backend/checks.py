"""What `manage.py check --deploy` says of the environment, W005 to W009. The other numbers are
in referral_api/checks.py.
"""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from backend.env import Env, Rate

MANY_PROXIES = 4  # a CDN, a load balancer and a proxy of one's own are three


@register(Tags.security, deploy=True)
def limits_are_not_wide(**kwargs: Any) -> list[CheckMessage]:
    wide = []
    for name, field in Env.model_fields.items():
        if isinstance(field.default, Rate) and is_wider(getattr(settings, name), field.default):
            wide.append(f"{name} (default {field.default})")
    if not wide:
        return []
    return [
        checks.Warning(
            f"Limits are wider than their defaults: {', '.join(wide)}.",
            hint="They hold off guessing and SMS fraud; SECURITY.md has their figures.",
            id="referral_api.W005",
        )
    ]


def is_wider(limit: Rate, default: Rate) -> bool:
    """More at once, or a faster refill."""
    faster = limit.burst * default.seconds > default.burst * limit.seconds
    return limit.burst > default.burst or faster


@register(Tags.security, deploy=True)
def hosts_are_named(**kwargs: Any) -> list[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        checks.Warning(
            "ALLOWED_HOSTS has `*`: the service answers under every name, and redirects to it.",
            hint="List the names that people use; `.example.com` has its subdomains too.",
            id="referral_api.W006",
        )
    ]


@register(Tags.security, deploy=True)
def origins_are_named(**kwargs: Any) -> list[CheckMessage]:
    if not settings.CORS_ALLOW_ALL_ORIGINS:
        return []
    return [
        checks.Warning(
            "CORS_ALLOWED_ORIGINS has `*`: every web page can make its visitors request codes and "
            "try to log in, each from an address of their own.",
            hint="List the origins of your own pages.",
            id="referral_api.W007",
        )
    ]


@register(Tags.security, deploy=True)
def proxies_are_counted(**kwargs: Any) -> list[CheckMessage]:
    """The service speaks no TLS: where people open an https:// address, a proxy is before it."""
    if settings.PUBLIC_URL.startswith("https://") and settings.TRUSTED_PROXIES == 0:
        return [
            checks.Warning(
                "TRUSTED_PROXIES is 0 though PUBLIC_URL is https://: all clients share the limits "
                "of the proxy's address, and the admin may refuse its forms.",
                hint="Set TRUSTED_PROXIES to the number of your reverse proxies.",
                id="referral_api.W008",
            )
        ]
    if settings.TRUSTED_PROXIES >= MANY_PROXIES:
        return [
            checks.Warning(
                f"TRUSTED_PROXIES is {settings.TRUSTED_PROXIES}: with more than there are, a "
                "client can invent its address, and no limit holds it.",
                hint="Count the proxies that a request passes, each adding to X-Forwarded-For.",
                id="referral_api.W009",
            )
        ]
    return []
