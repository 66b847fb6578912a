"""TEST_PHONES: numbers that get no SMS, and whose code never changes."""

import re
from datetime import date

import phonenumbers

MOST = 10
FORM = "PHONE:CODE:LAST_DAY, such as +79990000001:1234:2027-12-31"
ENTRY = re.compile(r"(\+[0-9]+):([0-9]{4,8}):([0-9]{4}-[0-9]{2}-[0-9]{2})")


def read_test_phones(text: str) -> dict[str, tuple[str, date]]:
    """The code and the last day of each phone, in E.164.

    ValueError names a wrong entry by its place: the codes are secrets.
    """
    found: dict[str, tuple[str, date]] = {}
    entries = [entry.strip() for entry in text.split(",")]
    if len(entries) > MOST:
        raise ValueError(f"has {len(entries)} entries: {MOST} are the most")
    for place, entry in enumerate(entries, start=1):
        parts = ENTRY.fullmatch(entry)
        if parts is None:
            raise ValueError(
                f"has an entry, number {place}, that is not {FORM}; a code has 4 to 8 digits"
            )
        phone, code, last_day = parts.groups()
        if not is_phone(phone):
            raise ValueError(f"has no valid phone number, with its region's code, in entry {place}")
        if phone in found:
            raise ValueError(f"has the phone of entry {place} twice")
        try:
            found[phone] = (code, date.fromisoformat(last_day))
        except ValueError:
            raise ValueError(f"has a day in entry {place} that no calendar has") from None
    return found


def is_phone(text: str) -> bool:
    """Whether requests can name it: the API reads valid numbers alone, and keeps them as E.164."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return phonenumbers.is_valid_number(number) and written == text
