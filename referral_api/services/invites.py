"""Activating the invite code of another person: once per user, for ever."""

from datetime import datetime

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from referral_api.codes import normal_invite_code
from referral_api.errors import (
    InvalidRequest,
    InviteAlreadyActivated,
    InviteOwn,
    InviteUnknown,
    Refusal,
    Unauthenticated,
)
from referral_api.models import Activation, User
from referral_api.services import limits, profiles
from referral_api.services.unit_of_work import unit_of_work

# One statement: the database refuses a second activation and a self-invite, and the total moves only with a new row.
# The inserted row takes key locks on both users, which the total's update does not wait for: A→B and B→A pass at once.
TIE = """
WITH activation AS (
    INSERT INTO referral_api_activation (invited_user_id, inviter_id, activated_at)
    SELECT me.id, inviter.id, %(now)s
      FROM referral_api_user me, referral_api_user inviter
     WHERE me.id = %(user_id)s AND me.is_active
       AND inviter.invite_code = %(code)s AND inviter.is_active AND inviter.id <> me.id
    ON CONFLICT (invited_user_id) DO NOTHING
    RETURNING inviter_id
)
UPDATE referral_api_user inviter SET invited_total = invited_total + 1
  FROM activation WHERE inviter.id = activation.inviter_id
"""


@unit_of_work
def activate(*, user_id: int, invite_code: str) -> profiles.Profile:
    """Ties the user to the inviter. Raises InvalidRequest, InviteUnknown, InviteOwn, InviteAlreadyActivated."""
    tie(user_id, invite_code)
    return profiles.read_now(user_id)


def try_to_tie(user_id: int, invite_code: str) -> Refusal | None:
    """The refusal as a value, for a login that it must not stop."""
    try:
        tie(user_id, invite_code)
    except Refusal as refusal:
        return refusal
    return None


def tie(user_id: int, invite_code: str) -> None:
    code = normal_invite_code(invite_code)
    if code is None:
        raise InvalidRequest.at("invite_code", _("An invite code has six letters and digits."))
    wrong = limits.wrong_invites.of(user_id)
    limits.spend(wrong)  # before the look-up, so that many at once find no gap
    refusal = None if _insert(user_id, code, timezone.now()) else _reason(user_id, code)
    if not isinstance(refusal, InviteUnknown):
        limits.give_back(wrong)
    if refusal:
        raise refusal


def _insert(user_id: int, code: str, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TIE, {"user_id": user_id, "code": code, "now": now})
        return bool(cursor.rowcount)


def _reason(user_id: int, code: str) -> Refusal:
    """Why nothing was inserted. A user who has activated learns nothing about further codes."""
    me = User.objects.filter(pk=user_id, is_active=True).first()
    if me is None:
        return Unauthenticated()
    if me.invite_code == code:
        return InviteOwn()
    activation = Activation.objects.select_related("inviter").filter(invited_user=me).first()
    if activation:
        return InviteAlreadyActivated(activated_invite_code=activation.inviter.invite_code)
    return InviteUnknown()
