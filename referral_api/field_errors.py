"""What pydantic says of a field → a sentence for people, in their language."""

from collections.abc import Iterable
from typing import Any, get_args
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _
from pydantic_core.core_schema import ErrorType

from referral_api.errors import FieldError, Text

# Pydantic's kinds of errors; an error of our own fields has its sentence with it.
MESSAGES: dict[str, Text] = {
    "missing": _("This field is required."),
    "extra_forbidden": _("This field is not known."),
    "string_type": _("This must be a text."),
    "string_unicode": _("This text has a character that is not allowed."),
    "string_pattern_mismatch": _("This does not have the right form."),
    "string_too_short": _("This is too short."),
    "string_too_long": _("This is too long: %(max_length)d characters at most."),
    "int_parsing": _("This must be a whole number."),
    "int_parsing_size": _("This number is too large."),
    "int_type": _("This must be a whole number."),
    "greater_than_equal": _("This must be %(ge)d or more."),
    "less_than_equal": _("This must be %(le)d or less."),
    "uuid_parsing": _("This must be a UUID."),
    "uuid_type": _("This must be a UUID."),
    "model_type": _("The body must be a JSON object."),
    "model_attributes_type": _("The body must be a JSON object."),
}
KINDS_OF_PYDANTIC = frozenset(get_args(ErrorType))


def field_error(error: dict[str, Any]) -> FieldError:
    """Of one entry of Ninja's ValidationError.

    Ninja names a field ("body", "data", field) and a parameter ("query", field).
    """
    source, *path = error["loc"]
    if source == "body":
        path = path[1:]
    return FieldError(pointer=pointer_to(path), message=message_of(error))


def message_of(error: dict[str, Any]) -> Text:
    """No sentence of pydantic's own: it would be English, with the names of our classes."""
    kind = error["type"]
    if kind in MESSAGES:
        message: Text = MESSAGES[kind] % error.get("ctx", {})
        return message
    if kind in KINDS_OF_PYDANTIC:
        return _("This value is not valid.")
    return _(error["msg"])


def pointer_to(path: Iterable[str | int]) -> str:
    """JSON Pointer as a URI fragment (RFC 6901 §6). A parameter is named like a field."""
    return "#" + "".join(f"/{escaped(str(part))}" for part in path)


def escaped(part: str) -> str:
    """A part of a JSON Pointer as it stands in a URI fragment (RFC 6901 §3, §6)."""
    pointer_part = part.replace("~", "~0").replace("/", "~1")
    return quote(pointer_part, safe="~!$&'()*+,;=:@?", errors="replace")
