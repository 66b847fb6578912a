"""Taking away rows that say nothing any more: at any time, by several at once, a batch after another."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from referral_api.models import Limit, LoginChallenge, LoginRequest, Session, WrongTries

Rows = models.QuerySet[models.Model]
BATCH = 1000
KEEP_REQUESTS = timedelta(days=1)  # a caller who comes back late is told that the code expired


def prune() -> dict[str, int]:
    """How many rows went, by table."""
    gone = {}
    for rows, by in _spent_rows(timezone.now()):
        table = str(rows.model._meta.model_name)  # noqa: SLF001 -- Django's documented API
        gone[table] = sum(_in_batches(rows, by))
    return gone


def _spent_rows(now: datetime) -> Iterator[tuple[Rows, str]]:
    """With the column by whose index each table is walked."""
    yield LoginChallenge.objects.filter(expires_at__lte=now), "expires_at"
    yield LoginRequest.objects.filter(expires_at__lte=now - KEEP_REQUESTS), "expires_at"
    yield Session.objects.filter(expires_at__lte=now), "expires_at"
    yield Limit.objects.filter(tat__lte=now), "key"
    yield (
        WrongTries.objects.filter(day__lte=now.date() - timedelta(days=settings.OTP_GROWTH_DAYS)),
        "day",
    )


def _in_batches(rows: Rows, by: str) -> Iterator[int]:
    """Short transactions, which wait for nobody: a row in use is passed over and goes next time.

    Each batch begins where the last one ended: from the start, it would read all the dead rows again.
    """
    left = rows.order_by(by)
    while True:
        with transaction.atomic():
            batch = list(left.select_for_update(skip_locked=True).values_list("pk", by)[:BATCH])
            yield rows.model._base_manager.filter(pk__in=[pk for pk, _ in batch]).delete()[0]  # noqa: SLF001
        if len(batch) < BATCH:
            return
        left = rows.filter(**{f"{by}__gte": batch[-1][1]}).order_by(by)
