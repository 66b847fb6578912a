"""What the views do in the database, through the ORM, in transactions where more than one row changes."""

from typing import Any
from uuid import uuid4

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


def log_in(phone: str, code: str) -> dict[str, Any] | None:
    now = timezone.now()
    with transaction.atomic():
        living = LoginChallenge.objects.filter(phone=phone, used_at=None, expires_at__gt=now)
        if not living.filter(shared_tries__gt=0).update(shared_tries=F("shared_tries") - 1):
            return None
        challenge = living.get()
        right = one_time_code(PEPPER, challenge.id, phone, challenge.code_length)
        if not constant_time_compare(right, code) or not living.update(used_at=now):
            return None
        return _begin_session(phone)


def _begin_session(phone: str) -> dict[str, Any]:
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
        "invite_problem": None,
    }
