"""Tokens. An access token is a short-lived JWT, verified without the database; a refresh token belongs to a
session, whose row knows the one that is good now; an API token is one long-lived key per user.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone
from ninja_jwt.exceptions import TokenBackendError, TokenError
from ninja_jwt.settings import api_settings
from ninja_jwt.state import token_backend
from ninja_jwt.tokens import AccessToken, RefreshToken
from rest_framework.authtoken.models import Token

from referral_api.errors import TokenInvalid, Unauthenticated
from referral_api.models import Session, User
from referral_api.services.unit_of_work import unit_of_work

UPSERT_API_KEY = """
INSERT INTO authtoken_token (key, user_id, created)
SELECT %(digest)s, id, %(now)s FROM referral_api_user WHERE id = %(user_id)s AND is_active
ON CONFLICT (user_id) DO UPDATE SET key = excluded.key, created = excluded.created
"""


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    expires_in: int
    token_type: str


@dataclass(frozen=True)
class RefreshClaims:
    family: UUID
    token: UUID
    user_id: int


def begin(user_id: int) -> Tokens:
    """A new session, apart from the user's others."""
    now, token = timezone.now(), uuid4()
    session = Session.objects.create(
        user_id=user_id, current_token=token, created_at=now, expires_at=_end(now)
    )
    return _tokens(session.pk, token, user_id)


@unit_of_work
def refresh(*, refresh: str) -> Tokens:
    """Rotates the session's refresh token. Raises TokenInvalid.

    A spent token in use again may be a thief's or the owner's: its family ends (RFC 9700 §4.14.2). Not within ten
    seconds of its rotation: then it is a lost answer or a second tab.
    """
    claims, new, now = _claims(refresh), uuid4(), timezone.now()
    rotated = Session.objects.rotate(
        family=claims.family, old=claims.token, new=new, now=now, expires_at=_end(now)
    )
    if not rotated:
        Session.objects.end_reused(family=claims.family, token=claims.token, now=now)
        raise TokenInvalid
    return _tokens(claims.family, new, claims.user_id)


@unit_of_work
def log_out(*, refresh: str) -> None:
    """Ends the session. Its access token stays good until it expires by itself. Raises TokenInvalid."""
    claims, now = _claims(refresh), timezone.now()
    ended, _ = Session.objects.filter(
        id=claims.family, current_token=claims.token, expires_at__gt=now
    ).delete()
    if not ended:
        Session.objects.end_reused(family=claims.family, token=claims.token, now=now)
        raise TokenInvalid


@unit_of_work
def create_api_token(*, user_id: int) -> str:
    """A new API token in the place of the old; the table keeps its digest alone. Raises Unauthenticated."""
    token = secrets.token_urlsafe(32)
    parameters: dict[str, Any] = {
        "digest": api_token_digest(token),
        "now": timezone.now(),
        "user_id": user_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(UPSERT_API_KEY, parameters)
        if not cursor.rowcount:
            raise Unauthenticated
    return token


@unit_of_work
def revoke_api_token(*, user_id: int) -> None:
    """Also fine where there was none. Raises Unauthenticated for a disabled account."""
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise Unauthenticated
    Token.objects.filter(user_id=user_id).delete()


@unit_of_work
def user_of_api_token(token: str) -> int | None:
    tokens = Token.objects.filter(key=api_token_digest(token), user__is_active=True)
    user_id: int | None = tokens.values_list("user_id", flat=True).first()
    return user_id


def user_of_access_token(token: str) -> int | None:
    """Verified without the database: the unit of work that follows asks whether the user is active."""
    try:
        claims = token_backend.decode(
            token
        )  # the signature and, as every token of ours has one, the expiry
        return (
            int(claims["user_id"])
            if claims["token_type"] == AccessToken.token_type and "exp" in claims
            else None
        )
    except (TokenBackendError, KeyError, TypeError, ValueError):
        return None


def api_token_digest(token: str) -> str:
    """40 hex characters, as wide as the column. 256 random bits need no salt and no slow hash."""
    return blake2b(token.encode(), digest_size=20).hexdigest()


def _end(now: datetime) -> datetime:
    return now + api_settings.REFRESH_TOKEN_LIFETIME


def _tokens(family: UUID, token: UUID, user_id: int) -> Tokens:
    renewal = RefreshToken()
    renewal["jti"], renewal["family"], renewal["user_id"] = token.hex, family.hex, user_id
    access = AccessToken()
    access["user_id"] = user_id
    seconds = int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds())
    return Tokens(access=str(access), refresh=str(renewal), expires_in=seconds, token_type="Bearer")  # noqa: S106


def _claims(refresh: str) -> RefreshClaims:
    try:
        payload: dict[str, Any] = RefreshToken(refresh).payload
        return RefreshClaims(UUID(payload["family"]), UUID(payload["jti"]), int(payload["user_id"]))
    except (TokenError, KeyError, TypeError, ValueError, AttributeError):
        raise TokenInvalid from None
