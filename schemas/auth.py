"""What the routes under /auth take and give."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.body import BodyIn, BodyOut, Examples
from schemas.fields import (
    DEVICE_TOKEN,
    DeviceTokenIn,
    InviteCodeIn,
    OneTimeCodeIn,
    PhoneNumber,
    PhoneNumberIn,
    RefreshTokenIn,
)
from schemas.problem import Problem

REQUEST_ID = "0d4f2f0c-6b1e-4d0a-9b51-2f6f6d3c8a17"
API_TOKEN = "q0dS2vX8m1T4yZ7bK3nR6wE9uH5jLcAfGpIoVxYtBsM"  # noqa: S105 -- an example
LOGIN = {"phone": "+79161234567", "code": "0427", "request_id": REQUEST_ID}
TOKENS = {
    "access": "eyJhbGciOiJIUzI1NiJ9.access…",
    "refresh": "eyJhbGciOiJIUzI1NiJ9.refresh…",
    "token_type": "Bearer",
    "expires_in": 900,
}
LOGGED_IN = TOKENS | {"is_new_user": True, "device_token": DEVICE_TOKEN, "invite_problem": None}
CODE_REQUESTED = {
    "request_id": REQUEST_ID,
    "phone": "+79161234567",
    "code_length": 4,
    "expires_in": 300,
    "resend_in": 60,
}
INVITE_UNKNOWN = {
    "type": "tag:referral-api,2026:problem:invite_unknown",
    "title": "This invite code does not exist.",
    "status": 404,
    "code": "invite_unknown",
    "detail": "Check the code with the person who gave it to you.",
}


class CodeRequestIn(BodyIn):
    examples: ClassVar[Examples] = {
        "In E.164": {"phone": "+79161234567"},
        "As people write it, in the default region": {"phone": "8 (916) 123-45-67"},
        "From a device that has logged in before": {
            "phone": "+79161234567",
            "device_token": DEVICE_TOKEN,
        },
    }

    phone: PhoneNumberIn
    device_token: DeviceTokenIn | None = None


class CodeRequestedOut(BodyOut):
    examples: ClassVar[Examples] = {
        "The SMS is imitated and shown": CODE_REQUESTED | {"code": "0427"},
        "The SMS is real": CODE_REQUESTED | {"code": None},
    }

    request_id: UUID = Field(description="Send it along at login: your tries are then your own.")
    phone: PhoneNumber
    code_length: int = Field(description="Digits of the code that was sent.", examples=[4])
    expires_in: int = Field(description="Seconds that the code still lives.", examples=[300])
    resend_in: int = Field(
        description="Seconds until the next request would be accepted.", examples=[60]
    )
    code: str | None = Field(
        description="The code itself, where the SMS is imitated and may be shown; else `null`.",
        examples=["0427"],
    )


class LoginIn(BodyIn):
    examples: ClassVar[Examples] = {
        "With the request's id": LOGIN,
        "With an invite code": LOGIN | {"invite_code": "9QWTR4"},
        "Without the request's id": {"phone": "+79161234567", "code": "0427"},
    }

    phone: PhoneNumberIn
    code: OneTimeCodeIn
    request_id: UUID | None = Field(
        None, description="From the code request. Without it you share tries with others."
    )
    invite_code: InviteCodeIn | None = Field(
        None,
        description="Activated after the login, if it can be; a bad one never stops the login.",
    )
    device_token: DeviceTokenIn | None = None


class RefreshIn(BodyIn):
    examples: ClassVar[Examples] = {"The newest refresh token": {"refresh": TOKENS["refresh"]}}

    refresh: RefreshTokenIn


class SessionOut(BodyOut):
    examples: ClassVar[Examples] = {"New tokens": TOKENS}

    access: str = Field(description="A JWT for `Authorization: Bearer`.", examples=["eyJhbGciOi…"])
    refresh: str = Field(
        description="Gets the next pair of tokens, once.", examples=["eyJhbGciOi…"]
    )
    token_type: Literal["Bearer"]
    expires_in: int = Field(
        description=(
            "Seconds until the access token expires. The service takes it up to 30 seconds longer, "
            "so that the clocks of two servers may differ."
        ),
        examples=[900],
    )


class LoginOut(SessionOut):
    examples: ClassVar[Examples] = {
        "A user logs in again": LOGGED_IN | {"is_new_user": False},
        "A new user": LOGGED_IN,
        "A new user, whose invite code was refused": LOGGED_IN | {"invite_problem": INVITE_UNKNOWN},
    }

    is_new_user: bool = Field(description="This login created the account.")
    device_token: str = Field(
        description=(
            "Shows that this device has logged in to this phone. Keep it where it outlives the "
            "session, and send it with the next code request and login. It opens nothing by itself."
        ),
        examples=[DEVICE_TOKEN],
    )
    invite_problem: Problem | None = Field(
        description="Why the `invite_code` sent along was not activated, or `null`."
    )


class ApiTokenOut(BodyOut):
    examples: ClassVar[Examples] = {"A token": {"token": API_TOKEN}}

    token: str = Field(
        description=(
            "For `Authorization: Token`. Shown this once; the service keeps only a digest of it."
        ),
        examples=[API_TOKEN],
    )
