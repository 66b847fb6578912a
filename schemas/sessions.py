"""What the routes under /auth/sessions give."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.body import BodyOut, Examples

SESSION_ID = "4f7d2b0a-3c58-4e0e-8f4b-1f0c9a7d5e21"
USER_AGENT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
OWN_SESSION = {
    "id": SESSION_ID,
    "created_at": "2026-01-01T09:30:00Z",
    "last_used_at": "2026-01-31T12:00:00Z",
    "expires_at": "2026-03-02T12:00:00Z",
    "user_agent": USER_AGENT,
    "is_current": True,
}


class OwnSessionOut(BodyOut):
    id: UUID = Field(description="Ends the session at `DELETE /auth/sessions/{session_id}`.")
    created_at: datetime = Field(
        description="When it began, by a login.", examples=["2026-01-01T09:30:00Z"]
    )
    last_used_at: datetime = Field(
        description="When it was refreshed last, or else its login.",
        examples=["2026-01-31T12:00:00Z"],
    )
    expires_at: datetime = Field(
        description="When it ends, unless it is refreshed before.",
        examples=["2026-03-02T12:00:00Z"],
    )
    user_agent: str = Field(
        description=(
            "The `User-Agent` that the client sent at the login, its first 200 characters; empty "
            "where it sent none. Anybody can send any: show it as text."
        ),
        examples=[USER_AGENT],
    )
    is_current: bool = Field(description="It is the session of your access token.")


class OwnSessionsOut(BodyOut):
    examples: ClassVar[Examples] = {"One session, the caller's": {"items": [OWN_SESSION]}}

    items: list[OwnSessionOut] = Field(description="The newest use first, at most 100.")
