"""What the routes under /auth take and give."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from referral_api.errors import Refusal
from schemas.fields import InviteCodeIn, OneTimeCodeIn, PhoneNumber, PhoneNumberIn, RefreshTokenIn
from schemas.problem import Problem


class BodyIn(BaseModel):
    """An unknown field is an error: a typing mistake must not pass as a default."""

    model_config = ConfigDict(extra="forbid")


class BodyOut(BaseModel):
    """Read off the attributes of what a service returned. Pydantic's own model: Ninja's looks at each value in Python,
    at many times the cost, for the sake of managers and files that no service returns.
    """

    model_config = ConfigDict(from_attributes=True)


class CodeRequestIn(BodyIn):
    phone: PhoneNumberIn


class CodeRequestedOut(BodyOut):
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
    phone: PhoneNumberIn
    code: OneTimeCodeIn
    request_id: UUID | None = Field(
        None, description="From the code request. Without it you share tries with others."
    )
    invite_code: InviteCodeIn | None = Field(
        None,
        description="Activated after the login, if it can be; a bad one never stops the login.",
    )


class RefreshIn(BodyIn):
    refresh: RefreshTokenIn


class SessionOut(BodyOut):
    access: str = Field(description="A JWT for `Authorization: Bearer`.", examples=["eyJhbGciOi…"])
    refresh: str = Field(
        description="Buys the next pair of tokens, once.", examples=["eyJhbGciOi…"]
    )
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds until the access token expires.", examples=[900])


def problem_of(value: Refusal | Problem | None) -> Problem | None:
    return Problem.of(value) if isinstance(value, Refusal) else value


class LoginOut(SessionOut):
    is_new_user: bool = Field(description="This login created the account.")
    invite_problem: Annotated[Problem | None, BeforeValidator(problem_of)] = Field(
        description="Why the `invite_code` sent along was not activated, or `null`."
    )


class ApiTokenOut(BodyOut):
    token: str = Field(
        description="For `Authorization: Token`. Shown this once; the service keeps only a digest of it.",
        examples=["q0dS2vX8m1T4yZ7bK3nR6wE9uH5jLcAfGpIoVxYtBsM"],
    )
