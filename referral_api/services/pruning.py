"""Deleting rows that say nothing any more: safe at any time, also by several callers at once."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from referral_api.models import (
    ActivatedPhone,
    LimitState,
    LoginChallenge,
    LoginRequest,
    Session,
    WrongTries,
)

Rows = models.QuerySet[models.Model]
BATCH = 1000  # rows
KEEP_REQUESTS = timedelta(days=1)  # a caller who comes back late is told that the code expired


def prune() -> dict[str, int]:
    """How many rows were deleted, by table."""
    now = timezone.now()
    late = now - KEEP_REQUESTS
    growth_began = now.date() - timedelta(days=settings.OTP_GROWTH_DAYS)
    expired_codes = LoginChallenge.objects.filter(expires_at__lte=now)
    expired_requests = LoginRequest.objects.filter(expires_at__lte=late)
    expired_sessions = Session.objects.filter(expires_at__lte=now - settings.CLOCK_LEEWAY)
    refilled_limits = LimitState.objects.filter(spent_until__lte=now)
    old_tries = WrongTries.objects.filter(day__lte=growth_began)
    old_phones = ActivatedPhone.objects.filter(kept_until__lte=now)
    return {
        "loginchallenge": delete(expired_codes, "expires_at"),
        "loginrequest": delete(expired_requests, "expires_at"),
        "session": delete(expired_sessions, "expires_at"),
        "limitstate": delete(refilled_limits, "key"),
        "wrongtries": delete(old_tries, "day"),
        "activatedphone": delete(old_phones, "kept_until"),
    }


def delete(rows: Rows, column: str) -> int:
    """Deletes in short transactions that wait for no other: a row in use goes the next time.

    `column` has an index, whose order the batches follow. Each batch begins where the last one
    ended: from the start, it would read all the deleted rows again.
    """
    deleted = 0
    left = rows.order_by(column)
    while True:
        with transaction.atomic():
            look_rows_up_by_an_index()
            unlocked = left.select_for_update(skip_locked=True)
            batch = list(unlocked.values_list("pk", column)[:BATCH])
            keys = [key for key, _place in batch]
            deleted += rows.model._base_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001 -- Django's documented API
        if len(batch) < BATCH:
            return deleted
        _key, last_place = batch[-1]
        left = rows.filter((f"{column}__gte", last_place)).order_by(column)


def look_rows_up_by_an_index() -> None:
    """In this transaction. PostgreSQL may else read a whole table for a thousand of its keys."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
