"""The senders that the settings name."""

from functools import lru_cache

from django.conf import settings

from referral_api.gateways.sms.chain import Bounds, Chain, Link
from referral_api.gateways.sms.known_senders import IMITATION, Options, chain_of
from referral_api.gateways.sms.outbox import outbox

OUTBOX = ("outbox:",)  # for tests; no setting of the environment leads here
# Kept, because a chain remembers which of its senders have failed.
kept_chain = lru_cache(maxsize=8)(chain_of)


def are_imitated() -> bool:
    """Nothing is sent, and nobody pays."""
    return settings.SMS_SENDERS == (IMITATION,)


def current() -> Chain:
    bounds = Bounds(*settings.SMS_BOUNDS)
    if settings.SMS_SENDERS == OUTBOX:
        return Chain([Link(name="outbox", sender=outbox)], bounds)
    options = Options(
        delay=settings.SMS_DELAY, webhook_secret=settings.SMS_WEBHOOK_SECRET, bounds=bounds
    )
    return kept_chain(settings.SMS_SENDERS, options)
