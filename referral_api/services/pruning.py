"""Taking away rows that say nothing any more: at any time, by several at once, a batch after another."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from referral_api.models import Limit, LoginChallenge, LoginRequest, Session, WrongTries

BATCH = 1000
KEEP_REQUESTS = timedelta(days=1)  # a caller who comes back late is told that the code expired


def prune() -> dict[str, int]:
    """How many rows went, by table."""
    return {name: sum(_in_batches(rows)) for name, rows in _spent_rows(timezone.now()).items()}


def _spent_rows(now: datetime) -> dict[str, "models.QuerySet[models.Model]"]:
    growth_since = now.date() - timedelta(days=settings.OTP_GROWTH_DAYS)
    rows: tuple[models.QuerySet[models.Model], ...] = (
        LoginChallenge.objects.filter(expires_at__lte=now),
        LoginRequest.objects.filter(expires_at__lte=now - KEEP_REQUESTS),
        Session.objects.filter(expires_at__lte=now),
        Limit.objects.filter(tat__lte=now),
        WrongTries.objects.filter(day__lte=growth_since),
    )
    return {str(found.model._meta.model_name): found for found in rows}  # noqa: SLF001 -- Django's documented API


def _in_batches(rows: "models.QuerySet[models.Model]") -> Iterator[int]:
    """Short transactions, which wait for nobody: a row in use is passed over and goes next time."""
    while True:
        with transaction.atomic():
            batch = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
            yield rows.model._base_manager.filter(pk__in=batch).delete()[0]  # noqa: SLF001
        if len(batch) < BATCH:
            return
