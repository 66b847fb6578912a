"""Many invited users, written straight into the database."""

from datetime import UTC, datetime, timedelta

from django.db.models import F

from referral_api.invite_codes import new_invite_code
from referral_api.models import Activation, User

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def invite(inviter_phone: str, size: int, *, apart: timedelta = timedelta(seconds=1)) -> None:
    """So many more users, who activated the inviter's code one after another."""
    inviter, known = User.objects.get(phone=inviter_phone), User.objects.count()
    codes = list(distinct_codes(size))
    crowd = User.objects.bulk_create(
        User(phone=f"+7920{known + n:07}", password="!", invite_code=codes[n]) for n in range(size)
    )
    Activation.objects.bulk_create(
        Activation(invited_user=user, inviter=inviter, activated_at=NOON + n * apart)
        for n, user in enumerate(crowd)
    )
    User.objects.filter(pk=inviter.pk).update(invited_total=F("invited_total") + size)


def distinct_codes(size: int) -> set[str]:
    """Among 5,000 drawn at random, two are alike in every seventieth run."""
    codes: set[str] = set()
    while len(codes) < size:
        codes.add(new_invite_code())
    return codes
