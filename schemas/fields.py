"""The vocabulary: each kind of value with its pattern, description and example in one place."""

from typing import Annotated

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError


def to_e164(number: str) -> str:
    """`8 (916) 123-45-67` → `+79161234567`: a number without `+` is read in the default region."""
    try:
        parsed = phonenumbers.parse(number, settings.PHONE_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise PydanticCustomError("phone", "This is not a valid phone number.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def without_nul(text: str) -> str:
    """PostgreSQL's text has no NUL."""
    if "\0" in text:
        raise PydanticCustomError("nul", "This text has a character that is not allowed.")
    return text


def messages_of_custom_errors() -> tuple[str, ...]:
    """Names the texts above for the translators."""
    return _("This is not a valid phone number."), _(
        "This text has a character that is not allowed."
    )


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
    Field(
        description="A phone number in E.164.",
        pattern=r"^\+[1-9][0-9]{6,14}$",
        examples=["+79161234567"],
    ),
]
OneTimeCodeIn = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern="^[0-9]{1,16}$"),
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
        pattern="^[2-9A-HJ-NP-Z]{6}$",
        examples=["K7M2PX"],
    ),
]
RefreshTokenIn = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4096),
    AfterValidator(without_nul),
    Field(
        description="The newest refresh token of this session; it is spent by its use.",
        examples=["eyJhbGciOi…"],
    ),
]
