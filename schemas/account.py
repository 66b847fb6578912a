"""What `GET /profile/export` gives."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.body import BodyOut, Examples
from schemas.fields import InviteCode, PhoneNumber
from schemas.profile import ACTIVATED, ONE_PERSON, OWN, InvitedUserOut
from schemas.sessions import OWN_SESSION, OwnSessionOut

REQUEST_ID = "0d4f2f0c-6b1e-4d0a-9b51-2f6f6d3c8a17"
MOMENT = "2026-01-31T12:00:00Z"


class ExportedProfileOut(BodyOut):
    phone: PhoneNumber
    invite_code: InviteCode = Field(description="Your own invite code.")
    invite_link: str = Field(
        description="A link that offers your code at login.",
        examples=["http://127.0.0.1:8000/i/K7M2PX"],
    )
    joined_at: datetime = Field(description="When your account was made.", examples=[MOMENT])


class ExportedActivationOut(BodyOut):
    activated_invite_code: InviteCode = Field(description="The code of the person who invited you.")
    activated_at: datetime = Field(description="When you activated it.", examples=[MOMENT])


class ExportedCodeRequestOut(BodyOut):
    request_id: UUID = Field(
        description="The `request_id` of a code request.", examples=[REQUEST_ID]
    )
    expires_at: datetime = Field(description="When its code ends or ended.", examples=[MOMENT])
    tries_left: int = Field(description="Tries that it has left.", examples=[3])
    known_device: bool = Field(description="It came with a `device_token` of your phone.")


class ExportedWrongTriesOut(BodyOut):
    day: date = Field(description="In UTC.", examples=["2026-01-31"])
    tries: int = Field(description="Wrong codes on this day.", examples=[2])
    known_device: bool = Field(description="They were at a code that a known device had requested.")


class ExportedApiTokenOut(BodyOut):
    created_at: datetime = Field(description="When it was created.", examples=[MOMENT])


class AccountExportOut(BodyOut):
    examples: ClassVar[Examples] = {
        "An account": {
            "exported_at": MOMENT,
            "profile": OWN | {"joined_at": "2026-01-01T09:30:00Z"},
            "activation": ACTIVATED,
            "invited_users": ONE_PERSON,
            "sessions": [OWN_SESSION],
            "code_requests": [
                {
                    "request_id": REQUEST_ID,
                    "expires_at": MOMENT,
                    "tries_left": 2,
                    "known_device": False,
                }
            ],
            "wrong_tries": [{"day": "2026-01-31", "tries": 1, "known_device": False}],
            "api_token": {"created_at": MOMENT},
        }
    }

    exported_at: datetime = Field(description="When this was read.", examples=[MOMENT])
    profile: ExportedProfileOut
    activation: ExportedActivationOut | None = Field(
        description="The invite code that you activated, or `null`."
    )
    invited_users: list[InvitedUserOut] = Field(
        description="All who activated your code, the newest first."
    )
    sessions: list[OwnSessionOut] = Field(
        description="Your logins that are kept, the oldest first."
    )
    code_requests: list[ExportedCodeRequestOut] = Field(
        description="Requests of codes for your phone, by anybody. No code is kept."
    )
    wrong_tries: list[ExportedWrongTriesOut] = Field(
        description="How often wrong codes were tried for your phone, by anybody."
    )
    api_token: ExportedApiTokenOut | None = Field(
        description="Your API token's date, or `null`. The token itself is not kept."
    )
