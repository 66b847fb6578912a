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
    TooManyRequests,
    Unauthenticated,
)
from referral_api.formats import INVITE_CODE_LENGTH
from referral_api.invite_codes import normal_invite_code
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
    wrong_codes = limits.wrong_invites.of(user_id)
    parameters: dict[str, Any] = {
        "user_id": user_id,
        "invite_code": code,
        "now": timezone.now(),
        "key": wrong_codes.key,
        "step": wrong_codes.step,
        "refill": wrong_codes.refill,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["activate_invite"], parameters)
        refused, activated_invite_code, due = cursor.fetchone()
    if refused is None:
        return
    if refused == InviteUnknown.code:
        security_log.record("invite_code_unknown", user_id=user_id)
        raise InviteUnknown
    if refused == TooManyRequests.code:
        raise limits.reached(wrong_codes.key, due)
    if refused == InviteAlreadyActivated.code:
        raise InviteAlreadyActivated(activated_invite_code=activated_invite_code)
    raise InviteOwn if refused == InviteOwn.code else Unauthenticated
