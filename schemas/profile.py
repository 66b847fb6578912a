"""What the routes under /profile take and give."""

from datetime import datetime

from pydantic import Field

from schemas.auth import BodyIn, BodyOut
from schemas.fields import InviteCode, InviteCodeIn, PhoneNumber


class ActivateInviteIn(BodyIn):
    invite_code: InviteCodeIn


class InvitedUserOut(BodyOut):
    phone: str = Field(
        description="In E.164, or with its middle digits as `*` where the service hides them.",
        examples=["+79161234568"],
    )
    activated_at: datetime = Field(
        description="When they activated your code.", examples=["2026-01-31T12:00:00Z"]
    )


class InvitedUsersOut(BodyOut):
    total: int = Field(
        description="All users who activated your code, on this page or not.", examples=[1]
    )
    items: list[InvitedUserOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(
        description="`cursor` of the next page; `null` on the last.", examples=[None]
    )


class ProfileOut(BodyOut):
    phone: PhoneNumber
    invite_code: InviteCode = Field(description="Your own invite code.")
    invite_link: str = Field(
        description="A link that offers your code at login.",
        examples=["http://127.0.0.1:8000/i/K7M2PX"],
    )
    activated_invite_code: InviteCode | None = Field(
        description="The code of the person who invited you, or `null`."
    )
    activated_at: datetime | None = Field(
        description="When you activated it, or `null`.", examples=["2026-01-31T12:00:00Z"]
    )
    invited_users: InvitedUsersOut = Field(
        description="The first page of those who activated your code."
    )
