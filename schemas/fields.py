"""The vocabulary: each kind of value with its pattern, description and example in one place."""

from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from referral_api.formats import E164_PATTERN, INVITE_CODE_PATTERN, ONE_TIME_CODE_INPUT_PATTERN
from referral_api.phones import to_e164

DEVICE_TOKEN = "9a1c5ef6b0f94d0a8f6f2f2f2b1d7c3e:1vKd2S:M5qk0r…"  # noqa: S105 -- an example


def without_nul(text: str) -> str:
    """PostgreSQL's text has no NUL."""
    if "\0" in text:
        raise PydanticCustomError(
            "nul", gettext_noop("This text has a character that is not allowed.")
        )
    return text


PhoneNumberIn = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, pattern="^[+0-9(][-+0-9 ().\u00a0\u2010-\u2015]{2,31}$"
    ),
    AfterValidator(to_e164),
    Field(
        description="A phone number; without `+` it is read in the service's default region. "
        "`8 (916) 123-45-67`, `9161234567` and `+79161234567` are the same number in region RU.",
        examples=["+79161234567"],
    ),
]
PhoneNumber = Annotated[
    str,
    Field(description="A phone number in E.164.", pattern=E164_PATTERN, examples=["+79161234567"]),
]
OneTimeCodeIn = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=ONE_TIME_CODE_INPUT_PATTERN),
    Field(description="The digits of the SMS. A wrong length is a wrong try.", examples=["0427"]),
]
InviteCodeIn = Annotated[
    str,
    StringConstraints(max_length=64),
    AfterValidator(without_nul),
    Field(
        description="An invite code, read without regard to case, spaces or dashes.",
        examples=["K7M2PX"],
    ),
]
InviteCode = Annotated[
    str,
    Field(
        description="Six characters without 0, O, 1 and I, at least one digit and one letter.",
        pattern=INVITE_CODE_PATTERN,
        examples=["K7M2PX"],
    ),
]
DeviceTokenIn = Annotated[
    str,
    StringConstraints(max_length=256),
    AfterValidator(without_nul),
    Field(
        description="The `device_token` of an earlier login to this phone, if this device has one. "
        "One that is not valid counts as none.",
        examples=[DEVICE_TOKEN],
    ),
]
RefreshTokenIn = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4096),
    AfterValidator(without_nul),
    Field(
        description=(
            "The newest refresh token of this session. Its use spends it; within 30 seconds it "
            "still gets the same successor again."
        ),
        examples=["eyJhbGciOi…"],
    ),
]
