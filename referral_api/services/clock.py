"""The domain's clock is Python's, so that tests can move it; PostgreSQL's is never asked."""

import math
from datetime import datetime

from django.utils import timezone


def seconds_until(moment: datetime) -> int:
    """Rounded up: whoever waits that long is never too early."""
    return max(0, math.ceil((moment - timezone.now()).total_seconds()))
