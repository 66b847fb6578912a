"""Deleting rows that say nothing any more: safe at any time, also by several callers at once."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from referral_api.models import LimitState, LoginChallenge, LoginRequest, Session, WrongTries

Rows = models.QuerySet[models.Model]
BATCH = 1000  # rows
KEEP_REQUESTS = timedelta(days=1)  # a caller who comes back late is told that the code expired


def prune() -> dict[str, int]:
    """How many rows were deleted, by table."""
    now = timezone.now()
    growth_began = now.date() - timedelta(days=settings.OTP_GROWTH_DAYS)
    return {
        "loginchallenge": delete(LoginChallenge.objects.filter(expires_at__lte=now), "expires_at"),
        "loginrequest": delete(
            LoginRequest.objects.filter(expires_at__lte=now - KEEP_REQUESTS), "expires_at"
        ),
        "session": delete(Session.objects.filter(expires_at__lte=now), "expires_at"),
        "limitstate": delete(LimitState.objects.filter(spent_until__lte=now), "key"),
        "wrongtries": delete(WrongTries.objects.filter(day__lte=growth_began), "day"),
    }


def delete(rows: Rows, column: str) -> int:
    """Deletes in short transactions that wait for no other: a row in use goes the next time.

    `column` has an index. Each batch begins where the last one ended: from the start, it would
    read all the deleted rows again.
    """
    deleted = 0
    left = rows.order_by(column)
    while True:
        with transaction.atomic():
            unlocked = left.select_for_update(skip_locked=True)
            batch = list(unlocked.values_list("pk", column)[:BATCH])
            keys = [key for key, _place in batch]
            deleted += rows.model._base_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001 -- Django's documented API
        if len(batch) < BATCH:
            return deleted
        _key, last_place = batch[-1]
        left = rows.filter((f"{column}__gte", last_place)).order_by(column)
