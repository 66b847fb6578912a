"""`serve` deletes what has expired, in one replica at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backend import regular_prune
from backend.replica_lock import asked_for_lock
from referral_api.models import LimitState
from referral_api.tests.support.servers import database_url, live_server
from referral_api.tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _refilled_limit() -> None:
    LimitState.objects.create(key="refilled", spent_until=timezone.now() - timedelta(days=1))


def test_a_server_deletes_what_has_expired() -> None:
    with live_server(database_url(), PRUNE_SECONDS=1):
        wait_until(lambda: not LimitState.objects.exists())


def test_a_replica_leaves_it_to_the_one_that_does_it_now() -> None:
    with asked_for_lock(regular_prune.PRUNE_LOCK) as is_ours:
        assert is_ours
        assert regular_prune.prune_here() is False
    assert LimitState.objects.exists()
    assert regular_prune.prune_here() is True
    assert not LimitState.objects.exists()
