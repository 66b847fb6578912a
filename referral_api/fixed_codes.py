"""The codes of test numbers (TEST_PHONES), which never change until their last day is over (UTC).

They are for reviewers of app stores and for tests of whole systems, where nobody reads an SMS.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.conf import settings
from django.utils import timezone


@dataclass(frozen=True)
class FixedCode:
    code: str
    ends_at: datetime


def fixed_code_of(phone: str) -> FixedCode | None:
    """None for every other phone, and for a test number whose last day is over."""
    if phone not in settings.TEST_PHONES:
        return None
    code, last_day = settings.TEST_PHONES[phone]
    if timezone.now().date() > last_day:
        return None
    return FixedCode(code=code, ends_at=datetime.combine(last_day, time.max, UTC))
