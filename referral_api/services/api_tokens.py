"""API tokens: one long-lived key per user, for scripts. The table keeps only a digest of it."""

import secrets
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.authtoken.models import Token

from referral_api import security_log
from referral_api.errors import Unauthenticated
from referral_api.models import User
from referral_api.sql import QUERIES

TOKEN_BYTES = 32
DIGEST_BYTES = 20  # 40 hex characters, as wide as DRF's column


def create(*, user_id: int, session_id: UUID | None) -> str:
    """A new API token in the place of the old one.

    Raises Unauthenticated where the session has ended: otherwise an access token, which is valid
    for minutes after the logout, would become access without end (ASVS 7.4.1).
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    parameters: dict[str, Any] = {
        "digest": digest_of(token),
        "now": now,
        "expired": now - settings.CLOCK_LEEWAY,
        "user_id": user_id,
        "session_id": session_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["replace_api_token"], parameters)
        if not cursor.rowcount:
            raise Unauthenticated
    security_log.record("api_token_created", user_id=user_id)
    return token


def revoke(*, user_id: int) -> None:
    """Also fine where there was none. Raises Unauthenticated for a disabled account."""
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise Unauthenticated
    delete(user_id=user_id)
    security_log.record("api_token_revoked", user_id=user_id)


def delete(*, user_id: int) -> None:
    """Whether the account is disabled or not; also fine where there is no token."""
    of_user(user_id).delete()


def of_user(user_id: int) -> QuerySet[Any]:
    """One row, or none."""
    found: QuerySet[Any] = Token.objects.filter(user_id=user_id)
    return found


def user_of(*, token: str) -> int | None:
    tokens = Token.objects.filter(key=digest_of(token), user__is_active=True)
    user_id: int | None = tokens.values_list("user_id", flat=True).first()
    return user_id


def digest_of(token: str) -> str:
    """A token of 256 random bits needs no salt and no slow hash."""
    return blake2b(token.encode(), digest_size=DIGEST_BYTES).hexdigest()
