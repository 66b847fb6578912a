"""The vocabulary: each kind of value with its pattern, description and example in one place."""

import re
from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError, PydanticKnownError

from referral_api.folding import folded
from referral_api.formats import (
    E164_PATTERN,
    INVITE_CODE_PATTERN,
    ONE_TIME_CODE_INPUT_PATTERN,
    TYPED_MAX_LENGTH,
)
from referral_api.phones import to_e164

DEVICE_TOKEN = "9a1c5ef6b0f94d0a8f6f2f2f2b1d7c3e:1vKd2S:M5qk0r…"  # noqa: S105 -- an example


def without_nul(text: str) -> str:
    """PostgreSQL's text has no NUL."""
    if "\0" in text:
        raise PydanticCustomError(
            "nul", gettext_noop("This text has a character that is not allowed.")
        )
    return text


def only_digits(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        raise PydanticKnownError("int_parsing")
    return text


def one_time_code(text: str) -> str:
    """Its digits. Raises PydanticCustomError where there is something else beside them."""
    code = folded(text).strip()
    if not re.fullmatch(ONE_TIME_CODE_INPUT_PATTERN, code):
        raise PydanticCustomError("one_time_code", gettext_noop("Enter the digits of the code."))
    return code


# No input publishes a pattern: a client that holds a value to it would refuse what is read here.
PhoneNumberIn = Annotated[
    str,
    StringConstraints(max_length=TYPED_MAX_LENGTH),
    AfterValidator(to_e164),
    Field(
        description="A phone number, with spaces, dashes, brackets and digits as people write "
        "them; without `+` it is read in the service's default region. `8 (916) 123-45-67`, "
        "`9161234567` and `+79161234567` are the same number in region RU.",
        examples=["+79161234567"],
    ),
]
PhoneNumber = Annotated[
    str,
    Field(description="A phone number in E.164.", pattern=E164_PATTERN, examples=["+79161234567"]),
]
OneTimeCodeIn = Annotated[
    str,
    StringConstraints(max_length=TYPED_MAX_LENGTH),
    AfterValidator(one_time_code),
    Field(description="The digits of the SMS. A wrong length is a wrong try.", examples=["0427"]),
]
InviteCodeIn = Annotated[
    str,
    StringConstraints(max_length=TYPED_MAX_LENGTH),
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
# In a query. Pydantic's int also reads `1_0`, `+10` and ` 10 `.
WholeNumberIn = Annotated[int, BeforeValidator(only_digits)]
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
