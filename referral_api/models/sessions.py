"""Sessions: one login each, with its refresh tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, models

from referral_api.models.users import User
from referral_api.sql import QUERIES


class SessionQuerySet(models.QuerySet["Session"]):
    def rotate(
        self, *, session_id: UUID, old: UUID, new: UUID, now: datetime, expires_at: datetime
    ) -> bool:
        """Exactly one of many callers with the same token gets True."""
        parameters: dict[str, Any] = {
            "session_id": session_id,
            "old": old,
            "new": new,
            "now": now,
            "since": now - settings.REFRESH_REUSE_GRACE,
            "expires_at": expires_at,
        }
        with connection.cursor() as cursor:
            cursor.execute(QUERIES["rotate_session"], parameters)
            return bool(cursor.rowcount)

    def end_reused(self, *, session_id: UUID, token: UUID, now: datetime) -> None:
        """Ends the session of a spent token, unless the token was spent within the grace."""
        session = self.filter(id=session_id).first()
        if session is None or session.was_just_spent(token, now):
            return
        self.filter(id=session_id).exclude(current_token=token).delete()


class Session(models.Model):
    """One login. Its refresh tokens follow one another, and only the newest is valid.

    RFC 9700 §4.14.2 calls them a family; the id of the session is the id of the family.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    current_token = models.UUIDField()
    spent_tokens = models.JSONField(
        default=dict, help_text="Token ids spent within the grace: id → when."
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="session_expiry"),)

    def __str__(self) -> str:
        return str(self.id)

    def was_just_spent(self, token: UUID, now: datetime) -> bool:
        """Whether the token was spent so short ago that a second use proves no theft."""
        spent_at = self.spent_tokens.get(str(token))
        if spent_at is None:
            return False
        return datetime.fromisoformat(spent_at) > now - settings.REFRESH_REUSE_GRACE
