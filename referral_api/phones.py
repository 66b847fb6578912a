"""Phone numbers, as libphonenumber knows them."""

import re
from contextlib import suppress
from functools import lru_cache

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_noop
from phonenumbers import PhoneNumberType
from pydantic_core import PydanticCustomError

from referral_api.folding import folded

# As people write a number, full-width signs too. libphonenumber alone would find one in any text.
WRITTEN = re.compile(r"[+＋(（0-9][-+＋()（）.．0-9 ]{2,31}")

# A code request reads its phone twice, and libphonenumber's reading is half of the cost of both.
parse = lru_cache(maxsize=256)(phonenumbers.parse)


def to_e164(number: str) -> str:
    """`8 (916) 123-45-67` → `+79161234567`: a number without `+` is read in the default region.

    Raises PydanticCustomError, a ValueError, where the number is not valid.
    """
    parsed = None
    written = folded(number).strip()
    if WRITTEN.fullmatch(written):
        with suppress(phonenumbers.NumberParseException):
            parsed = parse(written, settings.PHONE_DEFAULT_REGION)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise PydanticCustomError("phone", gettext_noop("This is not a valid phone number."))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_served(phone: str) -> bool:
    """Whether the phone, in E.164, gets an SMS: by `PHONE_REGIONS` and `PHONE_KINDS`."""
    number = parse(phone, settings.PHONE_DEFAULT_REGION)
    region = phonenumbers.region_code_for_number(number)
    if settings.PHONE_REGIONS.isdisjoint({"*", region}):
        return False
    return not settings.PHONE_KINDS.isdisjoint({"*", *kinds_of(number)})


def kinds_of(number: phonenumbers.PhoneNumber) -> set[str]:
    """Two where the numbering plan does not tell mobile from fixed-line, as in the US."""
    kind = PhoneNumberType.to_string(phonenumbers.number_type(number)).lower()
    if kind == "fixed_line_or_mobile":
        return {"fixed_line", "mobile"}
    return {kind}


def masked(phone: str) -> str:
    """`+79161234567` → `+7916*****67`."""
    return f"{phone[:-7]}*****{phone[-2:]}"
