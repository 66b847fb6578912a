"""Activating the invite code of another person: once per user."""

from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from referral_api import security_log
from referral_api.errors import (
    InvalidRequest,
    InviteAlreadyActivated,
    InviteOwn,
    InviteUnknown,
    Refusal,
    Unauthenticated,
)
from referral_api.formats import INVITE_CODE_LENGTH
from referral_api.invite_codes import normal_invite_code
from referral_api.models import Activation, User
from referral_api.services import limits, profiles
from referral_api.sql import QUERIES


def activate(*, user_id: int, invite_code: str) -> profiles.Profile:
    """Activates the code, and returns the user's profile.

    Raises InvalidRequest, InviteUnknown, InviteOwn, InviteAlreadyActivated, TooManyRequests,
    Unauthenticated.
    """
    activate_code(user_id=user_id, invite_code=invite_code)
    return profiles.read(user_id=user_id)


def activation_problem(*, user_id: int, invite_code: str) -> Refusal | None:
    """Activates the code, and returns a refusal as a value: it must not stop a login."""
    try:
        activate_code(user_id=user_id, invite_code=invite_code)
    except Refusal as refusal:
        return refusal
    return None


def activate_code(*, user_id: int, invite_code: str) -> None:
    """Raises what `activate` raises."""
    code = normal_invite_code(invite_code)
    if code is None:
        message = _("An invite code has %(length)d letters and digits.")
        raise InvalidRequest.at("invite_code", message % {"length": INVITE_CODE_LENGTH})
    with limits.charged(limits.wrong_invites.of(user_id)) as charge:
        refusal = None
        if not insert_activation(user_id, code):
            refusal = reason_of_refusal(user_id, code)
        if isinstance(refusal, InviteUnknown):
            security_log.record("invite_code_unknown", user_id=user_id)
        else:
            charge.give_back()
        if refusal:
            raise refusal


def insert_activation(user_id: int, code: str) -> bool:
    parameters: dict[str, Any] = {"user_id": user_id, "invite_code": code, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["activate_invite"], parameters)
        return bool(cursor.rowcount)


def reason_of_refusal(user_id: int, code: str) -> Refusal:
    """Why nothing was inserted. A user who has activated learns nothing about further codes."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return Unauthenticated()
    if user.invite_code == code:
        return InviteOwn()
    activation = Activation.objects.select_related("inviter").filter(invited_user=user).first()
    if activation:
        return InviteAlreadyActivated(activated_invite_code=activation.inviter.invite_code)
    return InviteUnknown()
