"""Deleting an account, by its owner or by staff.

The row of the user stays, without a phone and disabled: the invite code is never given out again,
and the invited keep the code that they activated. All else follows the list in kept_data.py.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from referral_api import security_log
from referral_api.errors import Unauthenticated
from referral_api.keyed_hashes import activated_phone_digest
from referral_api.models import ActivatedPhone, Activation, LoginChallenge, User
from referral_api.services import own_sessions
from referral_api.services.kept_data import KEPT, Owner
from referral_api.sql import QUERIES

KEEP_ACTIVATED = timedelta(days=400)


def delete_own(*, user_id: int, session_id: UUID | None) -> None:
    """Raises Unauthenticated, LoginNotRecent."""
    own_sessions.require_recent_login(user_id=user_id, session_id=session_id)
    if not delete(user_id=user_id):
        raise Unauthenticated


def delete(*, user_id: int) -> bool:
    """Whether there was such an account."""
    while True:
        with_phone = User.objects.filter(pk=user_id, phone__isnull=False)
        phone = with_phone.values_list("phone", flat=True).first()
        if phone is None:
            return False
        # False where the phone was changed meanwhile. Then it begins anew, with the new phone.
        if delete_with_phone(Owner(user_id=user_id, phone=phone), timezone.now()):
            security_log.record("account_deleted", user_id=user_id)
            return True


def delete_with_phone(owner: Owner, now: datetime) -> bool:
    """All of it or nothing; False where the phone is not the account's any more.

    The locks are taken in the order of a login: the codes, then the user. A login, an activation
    and a refresh at the same moment come before it or after it.
    """
    with transaction.atomic():
        wait_for_other_deletions()
        codes = LoginChallenge.objects.filter(phone=owner.phone).order_by("pk")
        list(codes.select_for_update().values_list("pk"))
        user = User.objects.select_for_update().get(pk=owner.user_id)
        if user.phone != owner.phone:
            return False
        activation = Activation.objects.filter(invited_user=user).first()
        if activation is not None:
            inviter = User.objects.filter(pk=activation.inviter_id)
            inviter.update(invited_total=F("invited_total") - 1)
        if activation is not None or user.activated_before:
            ActivatedPhone.objects.update_or_create(
                digest=activated_phone_digest(owner.phone),
                defaults={"kept_until": now + KEEP_ACTIVATED},
            )
        for kept in KEPT:
            rows = kept.of(owner)
            if kept.emptied:
                rows.update(**kept.emptied)
            else:
                rows.delete()
    return True


def wait_for_other_deletions() -> None:
    """Two who invited each other would else wait for each other's rows in a circle."""
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["wait_for_other_deletions"])
