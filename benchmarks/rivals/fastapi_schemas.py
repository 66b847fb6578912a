"""The bodies of the FastAPI rival, declared as its users do."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel

from benchmarks.rivals.common import to_e164

PhoneNumber = Annotated[str, AfterValidator(to_e164)]


class InvitedUser(BaseModel):
    phone: str
    activated_at: datetime


class InvitedUsers(BaseModel):
    total: int
    items: list[InvitedUser]
    next_cursor: str | None


class Profile(BaseModel):
    phone: str
    invite_code: str
    invite_link: str
    activated_invite_code: str | None
    activated_at: datetime | None
    invited_users: InvitedUsers


class InviteIn(BaseModel):
    invite_code: str


class CodeRequestIn(BaseModel):
    phone: PhoneNumber


class CodeRequested(BaseModel):
    request_id: UUID
    phone: str
    code_length: int
    expires_in: int
    resend_in: int
    code: str | None


class LoginIn(BaseModel):
    phone: PhoneNumber
    code: str
    request_id: UUID


class Session(BaseModel):
    access: str
    refresh: str
    token_type: Literal["Bearer"]
    expires_in: int
    is_new_user: bool
    device_token: str
    invite_problem: None
