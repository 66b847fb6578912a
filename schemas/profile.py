"""What the routes under /profile take and give."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from schemas.body import BodyIn, BodyOut, Examples
from schemas.fields import InviteCode, InviteCodeIn, OneTimeCodeIn, PhoneNumber, PhoneNumberIn

ONE_PERSON = [{"phone": "+79161234568", "activated_at": "2026-01-31T12:00:00Z"}]
NOBODY: dict[str, Any] = {"total": 0, "items": [], "next_cursor": None}
LAST_PAGE = {"total": 1, "items": ONE_PERSON, "next_cursor": None}
FIRST_PAGE = {"total": 72, "items": ONE_PERSON, "next_cursor": "MTc2OTg2MDgwMDAwMDAwMC40Mg"}
OWN = {
    "phone": "+79161234567",
    "invite_code": "K7M2PX",
    "invite_link": "http://127.0.0.1:8000/i/K7M2PX",
}
ACTIVATED = {"activated_invite_code": "9QWTR4", "activated_at": "2026-01-31T12:00:00Z"}
NOT_ACTIVATED = {"activated_invite_code": None, "activated_at": None}


class ActivateInviteIn(BodyIn):
    examples: ClassVar[Examples] = {
        "As it was given": {"invite_code": "9QWTR4"},
        "As people write it": {"invite_code": "9qw-tr4"},
    }

    invite_code: InviteCodeIn


class ChangePhoneIn(BodyIn):
    examples: ClassVar[Examples] = {
        "With the code that the new phone got": {
            "phone": "+79161234569",
            "code": "0427",
            "request_id": "0d4f2f0c-6b1e-4d0a-9b51-2f6f6d3c8a17",
        }
    }

    phone: PhoneNumberIn
    code: OneTimeCodeIn
    request_id: UUID = Field(description="From the code request for the new phone.")


class InvitedUserOut(BodyOut):
    phone: str = Field(
        description="In E.164, or with its middle digits as `*` where the service hides them.",
        examples=["+79161234568"],
    )
    activated_at: datetime = Field(
        description="When they activated your code.", examples=["2026-01-31T12:00:00Z"]
    )


class InvitedUsersOut(BodyOut):
    examples: ClassVar[Examples] = {
        "There is a next page": FIRST_PAGE,
        "The last page": LAST_PAGE,
        "Nobody yet": NOBODY,
    }

    total: int = Field(
        description="All users who activated your code, on this page or not.", examples=[1]
    )
    items: list[InvitedUserOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(
        description="`cursor` of the next page; `null` on the last.", examples=[None]
    )


class ProfileOut(BodyOut):
    examples: ClassVar[Examples] = {
        "Activated a code, and invited a user": OWN | ACTIVATED | {"invited_users": LAST_PAGE},
        "Activated a code": OWN | ACTIVATED | {"invited_users": NOBODY},
        "A new user": OWN | NOT_ACTIVATED | {"invited_users": NOBODY},
    }

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
