"""The sessions of a user, as they see them and end them themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils import timezone

from referral_api import security_log
from referral_api.errors import LoginNotRecent, Unauthenticated
from referral_api.models import Session, User

MOST_LISTED = 100
RECENT = timedelta(minutes=10)  # since the login, however often the session was refreshed


@dataclass(frozen=True)
class OwnSession:
    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    user_agent: str
    is_current: bool


@dataclass(frozen=True)
class OwnSessions:
    items: list[OwnSession]


def list_own(*, user_id: int, session_id: UUID | None) -> OwnSessions:
    """Those that are alive, the newest use first, MOST_LISTED at most. Raises Unauthenticated.

    `session_id`: the caller's own, which is marked; None for an API token, which has none.
    """
    require_active(user_id)
    alive = Session.objects.alive(now=timezone.now()).filter(user_id=user_id)
    newest_first = alive.order_by(Coalesce("rotated_at", "created_at").desc(), "id")
    items = [own_session(session, session_id) for session in newest_first[:MOST_LISTED]]
    return OwnSessions(items=items)


def own_session(session: Session, current_id: UUID | None) -> OwnSession:
    return OwnSession(
        id=session.id,
        created_at=session.created_at,
        last_used_at=session.token_issued_at,
        expires_at=session.expires_at,
        user_agent=session.user_agent,
        is_current=session.id == current_id,
    )


def end_one(*, user_id: int, session_id: UUID) -> None:
    """Also fine where the user has no session of this id. Raises Unauthenticated."""
    require_active(user_id)
    ended, _by_table = Session.objects.filter(pk=session_id, user_id=user_id).delete()
    if ended:
        security_log.record("session_ended", user_id=user_id, reason="by the user")


def end_others(*, user_id: int, session_id: UUID | None) -> None:
    """Ends all sessions of the user but this one.

    Raises Unauthenticated where this one has ended: its access token is valid for minutes more, and
    a thief whose session was ended must not end the owner's.
    """
    own = read_alive(user_id=user_id, session_id=session_id)
    ended, _by_table = Session.objects.filter(user_id=user_id).exclude(pk=own.pk).delete()
    if ended:
        security_log.record("session_ended", user_id=user_id, reason="others, by the user")


def read_alive(*, user_id: int, session_id: UUID | None) -> Session:
    """The caller's own session, of an active user. Raises Unauthenticated where it has ended."""
    own = Session.objects.alive(now=timezone.now()).filter(user_id=user_id, user__is_active=True)
    session = own.filter(pk=session_id).first() if session_id else None
    if session is None:
        raise Unauthenticated
    return session


def require_recent_login(*, user_id: int, session_id: UUID | None) -> None:
    """Raises Unauthenticated where the session has ended, LoginNotRecent where it is older."""
    session = read_alive(user_id=user_id, session_id=session_id)
    if session.created_at < timezone.now() - RECENT:
        raise LoginNotRecent


def require_active(user_id: int) -> None:
    """An access token outlives the account. Raises Unauthenticated."""
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise Unauthenticated
