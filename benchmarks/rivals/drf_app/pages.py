"""The list of invitees by keyset, through the ORM."""

from typing import Any

from django.db.models import Q

from benchmarks.rivals.common import Position
from referral_api.models import Activation, User


def page_of(user: User, limit: int, after: Position | None) -> dict[str, Any]:
    rows = Activation.objects.filter(inviter=user).select_related("invited_user")
    if after:
        same_moment = Q(activated_at=after.activated_at, invited_user_id__lt=after.user_id)
        rows = rows.filter(activated_at__lte=after.activated_at).filter(
            Q(activated_at__lt=after.activated_at) | same_moment
        )
    found = list(rows.order_by("-activated_at", "-invited_user_id")[: limit + 1])
    page = found[:limit]
    last = Position(page[-1].activated_at, page[-1].invited_user_id) if len(found) > limit else None
    return {
        "total": user.invited_total,
        "items": page,
        "next_cursor": last.cursor if last else None,
    }
