"""Phone numbers, as libphonenumber knows them."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext_noop
from phonenumbers import PhoneNumberType
from pydantic_core import PydanticCustomError

from referral_api.folding import folded

# As people write a number, full-width signs too. libphonenumber alone would find one in any text.
WRITTEN = re.compile(r"[+＋(（0-9][-+＋()（）.．0-9 ]{2,31}")


@dataclass(frozen=True)
class Number:
    """What libphonenumber knows of a valid number."""

    e164: str
    region: str | None
    kinds: frozenset[str]


def to_e164(number: str) -> str:
    """`8 (916) 123-45-67` → `+79161234567`: a number without `+` is read in the default region.

    Raises PydanticCustomError, a ValueError, where the number is not valid.
    """
    found = None
    written = folded(number).strip()
    if WRITTEN.fullmatch(written):
        found = read(written, settings.PHONE_DEFAULT_REGION)
    if found is None:
        raise PydanticCustomError("phone", gettext_noop("This is not a valid phone number."))
    return found.e164


def is_served(phone: str) -> bool:
    """Whether the phone, in E.164, gets an SMS: by `PHONE_REGIONS` and `PHONE_KINDS`."""
    number = read(phone, settings.PHONE_DEFAULT_REGION)
    if number is None or settings.PHONE_REGIONS.isdisjoint({"*", number.region}):
        return False
    return not settings.PHONE_KINDS.isdisjoint({"*", *number.kinds})


def region_of(phone: str) -> str:
    """ISO 3166 alpha-2; `001` for a number of no country, `ZZ` where libphonenumber knows none."""
    number = read(phone, settings.PHONE_DEFAULT_REGION)
    if number is None or number.region is None:
        return "ZZ"
    return number.region


@lru_cache(maxsize=1024)
def read(written: str, default_region: str) -> Number | None:
    """None where the number is not valid. A login reads the same one again and again."""
    try:
        number = phonenumbers.parse(written, default_region)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:  # that is what `is_valid_number` asks
        return None
    return Number(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        region=phonenumbers.region_code_for_number(number),
        kinds=kinds_of(kind),
    )


def kinds_of(kind: int) -> frozenset[str]:
    """Two where the numbering plan does not tell mobile from fixed-line, as in the US."""
    if kind == PhoneNumberType.FIXED_LINE_OR_MOBILE:
        return frozenset({"fixed_line", "mobile"})
    return frozenset({PhoneNumberType.to_string(kind).lower()})


def masked(phone: str) -> str:
    """`+79161234567` → `+7916*****67`."""
    return f"{phone[:-7]}*****{phone[-2:]}"
