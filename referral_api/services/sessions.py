"""Sessions: a login, its access tokens and its refresh tokens.

An access token is a short-lived JWT, verified without the database. A refresh token belongs to a
session, whose row knows the one that is valid now.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
from ninja_jwt.exceptions import TokenBackendError, TokenError
from ninja_jwt.settings import api_settings
from ninja_jwt.state import token_backend
from ninja_jwt.tokens import AccessToken, RefreshToken

from referral_api.errors import TokenInvalid
from referral_api.models import Session


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    expires_in: int  # seconds, of the access token
    token_type: str


@dataclass(frozen=True)
class RefreshClaims:
    session_id: UUID
    token_id: UUID
    user_id: int


def begin(*, user_id: int) -> Tokens:
    """A new session, apart from the user's others."""
    now = timezone.now()
    token_id = uuid4()
    session = Session.objects.create(
        user_id=user_id, current_token=token_id, created_at=now, expires_at=expiry(now)
    )
    return issue_tokens(session_id=session.pk, token_id=token_id, user_id=user_id)


def refresh(*, refresh_token: str) -> Tokens:
    """Replaces the session's refresh token. Raises TokenInvalid.

    A spent token that is used again may be a thief's or the owner's, so its session ends (RFC 9700
    §4.14.2). Shortly after its rotation (REFRESH_REUSE_GRACE) it is only refused: then it is a
    lost answer or a second tab.
    """
    claims = read_claims(refresh_token)
    now = timezone.now()
    new_token_id = uuid4()
    rotated = Session.objects.rotate(
        session_id=claims.session_id,
        old=claims.token_id,
        new=new_token_id,
        now=now,
        expires_at=expiry(now),
    )
    if not rotated:
        Session.objects.end_reused(session_id=claims.session_id, token=claims.token_id, now=now)
        raise TokenInvalid
    return issue_tokens(session_id=claims.session_id, token_id=new_token_id, user_id=claims.user_id)


def log_out(*, refresh_token: str) -> None:
    """Ends the session. Its access token stays valid until it expires. Raises TokenInvalid."""
    claims = read_claims(refresh_token)
    now = timezone.now()
    session = Session.objects.filter(
        id=claims.session_id, current_token=claims.token_id, expires_at__gt=now
    )
    ended, _by_table = session.delete()
    if not ended:
        Session.objects.end_reused(session_id=claims.session_id, token=claims.token_id, now=now)
        raise TokenInvalid


def end_all(*, user_id: int) -> None:
    """Ends all sessions of the user."""
    Session.objects.filter(user_id=user_id).delete()


def user_of_access_token(token: str) -> int | None:
    """Verified without the database: the unit of work asks later whether the user is active."""
    try:
        claims = token_backend.decode(token)  # checks the signature, and the expiry if there is one
        if claims["token_type"] != AccessToken.token_type or "exp" not in claims:
            return None
        return int(claims["user_id"])
    except (TokenBackendError, KeyError, TypeError, ValueError):
        return None


def expiry(now: datetime) -> datetime:
    moment: datetime = now + api_settings.REFRESH_TOKEN_LIFETIME
    return moment


def issue_tokens(*, session_id: UUID, token_id: UUID, user_id: int) -> Tokens:
    refresh_token = RefreshToken()
    refresh_token["jti"] = token_id.hex
    refresh_token["family"] = session_id.hex
    refresh_token["user_id"] = user_id
    access_token = AccessToken()
    access_token["user_id"] = user_id
    return Tokens(
        access=str(access_token),
        refresh=str(refresh_token),
        expires_in=int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
        token_type="Bearer",  # noqa: S106 -- a scheme, no secret
    )


def read_claims(refresh_token: str) -> RefreshClaims:
    """Raises TokenInvalid."""
    try:
        payload: dict[str, Any] = RefreshToken(refresh_token).payload
        return RefreshClaims(
            session_id=UUID(payload["family"]),
            token_id=UUID(payload["jti"]),
            user_id=int(payload["user_id"]),
        )
    except (TokenError, KeyError, TypeError, ValueError, AttributeError):
        raise TokenInvalid from None
