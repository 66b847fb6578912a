"""Sessions: one login each, with its refresh tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from referral_api.formats import USER_AGENT_MAX_LENGTH
from referral_api.models.users import User
from referral_api.sql import QUERIES


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self, *, now: datetime) -> "SessionQuerySet":
        return self.filter(expires_at__gt=now - settings.CLOCK_LEEWAY)

    def rotate(
        self, *, session_id: UUID, user_id: int, token: UUID, now: datetime
    ) -> "Session | None":
        """The session with the token's successor; None where the token is not good.

        Of many callers with the current token, the first makes the successor. The others find it,
        and so does anybody who shows the token again within REFRESH_REUSE_GRACE.
        """
        parameters: dict[str, Any] = {
            "session_id": session_id,
            "user_id": user_id,
            "token": token,
            "successor": uuid4(),
            "now": now,
            "grace_began": now - settings.REFRESH_REUSE_GRACE,
            "expired": now - settings.CLOCK_LEEWAY,
            "token_ends": now + settings.REFRESH_TOKEN_TTL,
            "session_max": settings.SESSION_MAX,
        }
        found = list(self.raw(QUERIES["rotate_session"], parameters))
        return found[0] if found else None

    def end(self, *, session_id: UUID, user_id: int, token: UUID, now: datetime) -> bool:
        """Ends the session of a token that `rotate` would take. False: there is no such session."""
        session = self.alive(now=now).filter(good(token, now), id=session_id, user_id=user_id)
        ended, _by_table = session.delete()
        return bool(ended)

    def end_reused(self, *, session_id: UUID, user_id: int, token: UUID, now: datetime) -> bool:
        """Ends the session of a token that was spent before the grace. False: nothing ended."""
        session = self.filter(id=session_id, user_id=user_id).exclude(good(token, now))
        ended, _by_table = session.delete()
        return bool(ended)


def good(token: UUID, now: datetime) -> Q:
    """The current token, or the one before it within the grace: a second use proves no theft."""
    grace_began = now - settings.REFRESH_REUSE_GRACE
    return Q(current_token=token) | Q(previous_token=token, rotated_at__gt=grace_began)


class Session(models.Model):
    """One login. Its refresh tokens follow one another, and only the newest is valid.

    RFC 9700 §4.14.2 calls them a family; the id of the session is the id of the family.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    current_token = models.UUIDField()
    previous_token = models.UUIDField(null=True, help_text="The token that was spent last.")
    rotated_at = models.DateTimeField(null=True, help_text="When it was spent.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    user_agent = models.CharField(
        max_length=USER_AGENT_MAX_LENGTH,
        db_default="",
        help_text="As the client sent it at the login; empty where it sent none.",
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="session_expiry"),)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def token_issued_at(self) -> datetime:
        """Of the current token."""
        return self.rotated_at or self.created_at
