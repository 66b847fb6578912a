"""What has expired is deleted while the service runs, in one replica at a time."""

import logging
import random
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connection

from backend.replica_lock import asked_for_lock
from referral_api.services import pruning

logger = logging.getLogger(__name__)
PRUNE_LOCK = 0x5EFE44A2  # any number, the same in every replica


def begin() -> None:
    if settings.PRUNE_SECONDS:
        threading.Thread(target=prune_again_and_again, name="prune", daemon=True).start()


def prune_again_and_again() -> None:
    # The first time soon after the start, but not in all replicas at once.
    pause = settings.PRUNE_SECONDS * random.uniform(0.05, 0.1)  # noqa: S311 -- no secret
    while True:
        time.sleep(pause)
        try:
            prune_here()
        except DatabaseError:
            logger.warning("What has expired could not be deleted; the next try follows.")
        finally:
            connection.close()
        pause = settings.PRUNE_SECONDS


def prune_here() -> bool:
    """False where another replica does it now."""
    with asked_for_lock(PRUNE_LOCK) as is_ours:
        if is_ours:
            deleted = pruning.prune()
            logger.info("Deleted what has expired: %s", deleted)
        return is_ours
