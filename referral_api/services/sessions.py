"""Sessions: a login, its access tokens and its refresh tokens.

An access token is a short-lived JWT, verified without the database. A refresh token belongs to a
session, whose row knows the one that is valid now.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone
from ninja_jwt.exceptions import TokenBackendError, TokenError
from ninja_jwt.settings import api_settings
from ninja_jwt.state import token_backend
from ninja_jwt.tokens import AccessToken, RefreshToken

from referral_api import security_log
from referral_api.errors import TokenInvalid
from referral_api.models import Session

LARGEST_ID = 2**63 - 1  # of PostgreSQL's bigint


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    expires_in: int  # seconds, of the access token
    token_type: str


@dataclass(frozen=True)
class AccessClaims:
    user_id: int
    session_id: UUID


@dataclass(frozen=True)
class RefreshClaims:
    session_id: UUID
    token_id: UUID
    user_id: int


def first_expiry(now: datetime) -> datetime:
    """Of a session that begins now, and is not refreshed."""
    return now + min(settings.REFRESH_TOKEN_TTL, settings.SESSION_MAX)


def refresh(*, refresh_token: str) -> Tokens:
    """Replaces the session's refresh token. Raises TokenInvalid.

    A spent token that is used again may be a thief's or the owner's, so its session ends (RFC 9700
    §4.14.2). Shortly after its rotation (REFRESH_REUSE_GRACE) the last spent one gets the same
    successor again: then an answer was lost, or two tabs asked at once.
    """
    claims = read_claims(refresh_token)
    now = timezone.now()
    session = Session.objects.rotate(
        session_id=claims.session_id, user_id=claims.user_id, token=claims.token_id, now=now
    )
    if session is None:
        end_reused(claims, now)
        raise TokenInvalid
    return issue_tokens(
        session_id=session.pk,
        user_id=session.user_id,
        token_id=session.current_token,
        issued_at=session.token_issued_at,
        expires_at=session.expires_at,
    )


def log_out(*, refresh_token: str) -> None:
    """Ends the session of any token that `refresh` would take. Raises TokenInvalid.

    Its access token stays valid until it expires, but makes no API token any more.
    """
    claims = read_claims(refresh_token)
    now = timezone.now()
    ended = Session.objects.end(
        session_id=claims.session_id, user_id=claims.user_id, token=claims.token_id, now=now
    )
    if not ended:
        end_reused(claims, now)
        raise TokenInvalid
    security_log.record("session_ended", user_id=claims.user_id, reason="logout")


def end_reused(claims: RefreshClaims, now: datetime) -> None:
    ended = Session.objects.end_reused(
        session_id=claims.session_id, user_id=claims.user_id, token=claims.token_id, now=now
    )
    if ended:
        security_log.record("session_ended", user_id=claims.user_id, reason="reuse")


def end_all(*, user_id: int) -> None:
    """Ends all sessions of the user."""
    Session.objects.filter(user_id=user_id).delete()


def read_access_token(token: str) -> AccessClaims | None:
    """Verified without the database: the unit of work asks later whether the user is active."""
    try:
        claims = token_backend.decode(token)  # checks the signature, and the expiry if there is one
        if claims["token_type"] != AccessToken.token_type or "exp" not in claims:
            return None
        user_id = int(claims["user_id"])
        if user_id > LARGEST_ID:
            return None
        return AccessClaims(user_id=user_id, session_id=UUID(claims["sid"]))
    except (TokenBackendError, KeyError, TypeError, ValueError, AttributeError):
        return None


def issue_tokens(
    *, session_id: UUID, user_id: int, token_id: UUID, issued_at: datetime, expires_at: datetime
) -> Tokens:
    """The same session gives the same refresh token, byte for byte. The times are of that token.

    The claims are those of the package's token classes, which read them. Its classes would fill in
    each claim first, for us to replace it.
    """
    now = int(timezone.now().timestamp())
    access_seconds = int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds())
    access_token = {
        "token_type": AccessToken.token_type,
        "exp": now + access_seconds,
        "iat": now,
        "jti": uuid4().hex,
        "user_id": user_id,
        "sid": session_id.hex,
    }
    refresh_token = {
        "token_type": RefreshToken.token_type,
        "exp": int(expires_at.timestamp()),
        "iat": int(issued_at.timestamp()),
        "jti": token_id.hex,
        "family": session_id.hex,
        "user_id": user_id,
    }
    return Tokens(
        access=token_backend.encode(access_token),
        refresh=token_backend.encode(refresh_token),
        expires_in=access_seconds,
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
