"""What the views do in the database, through the ORM, in transactions where more than one row changes."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.tokens import RefreshToken

from benchmarks.rivals.answers import code_requested
from benchmarks.rivals.common import (
    ACCESS_TTL,
    CODE_LENGTH,
    CODE_TTL,
    PEPPER,
    REFRESH_TTL,
    RESEND,
    TRIES,
    device_token,
)
from referral_api.models import STRANGERS, Activation, LoginChallenge, LoginRequest, Session, User
from referral_api.one_time_codes import one_time_code


def activate(user: User, invite_code: str) -> bool:
    with transaction.atomic():
        inviter = (
            User.objects.filter(invite_code=invite_code, is_active=True).exclude(pk=user.pk).first()
        )
        if inviter is None or Activation.objects.filter(invited_user=user).exists():
            return False
        Activation.objects.create(invited_user=user, inviter=inviter, activated_at=timezone.now())
        User.objects.filter(pk=inviter.pk).update(invited_total=F("invited_total") + 1)
    return True


def request_code(phone: str) -> dict[str, Any]:
    now = timezone.now()
    with transaction.atomic():
        challenge = LoginChallenge.objects.create(
            phone=phone,
            lane=STRANGERS,
            code_length=CODE_LENGTH,
            expires_at=now + CODE_TTL,
            renew_at=now + CODE_TTL,
            next_request_at=now + RESEND,
            shared_tries=TRIES,
        )
        request = LoginRequest.objects.create(
            phone=phone,
            lane=STRANGERS,
            challenge_id=challenge.id,
            tries_left=TRIES,
            expires_at=now + CODE_TTL,
        )
    return code_requested(
        request.pk, phone, one_time_code(PEPPER, challenge.id, phone, CODE_LENGTH)
    )


def log_in(phone: str, code: str, request_id: UUID) -> dict[str, Any] | None:
    """Where the code is right; a try is spent even where it is wrong."""
    now = timezone.now()
    with transaction.atomic():
        asked = LoginRequest.objects.filter(pk=request_id, phone=phone, tries_left__gt=0)
        if not asked.update(tries_left=F("tries_left") - 1):
            return None
        request = LoginRequest.objects.get(pk=request_id)
        living = LoginChallenge.objects.filter(
            phone=phone, lane=request.lane, used_at=None, expires_at__gt=now
        )
        challenge = living.select_for_update().filter(pk=request.challenge_id).first()
        if challenge is None:
            return None
        right = one_time_code(PEPPER, challenge.id, phone, challenge.code_length)
        if not constant_time_compare(right, code):
            return None
        living.update(used_at=now)
        return begin_session(phone)


def begin_session(phone: str) -> dict[str, Any]:
    user, is_new = User.objects.get_or_create(phone=phone)
    token, now = RefreshToken.for_user(user), timezone.now()
    Session.objects.create(
        user=user, current_token=uuid4(), created_at=now, expires_at=now + REFRESH_TTL
    )
    return {
        "access": str(token.access_token),
        "refresh": str(token),
        "token_type": "Bearer",
        "expires_in": int(ACCESS_TTL.total_seconds()),
        "is_new_user": is_new,
        "device_token": device_token(phone),
        "invite_problem": None,
    }
