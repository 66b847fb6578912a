"""The language of an answer of the API."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)

MAX_LENGTH = 500  # of what is read of the header: an honest one is shorter


def language_of(request: HttpRequest) -> str:
    """By Accept-Language alone: an API has no cookies. What cannot be read is passed over.

    Some clients send the name of their locale, `ru_RU`, for the language tag `ru-RU`.
    """
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    tags = header[:MAX_LENGTH].replace("_", "-")
    choices: list[tuple[str, float]] = []
    for part in tags.split(","):
        choices += parse_accept_lang_header(part.strip())
    choices.sort(key=quality_of, reverse=True)  # stable: of equals the first
    for language, quality in choices:
        try:
            if quality > 0:
                return get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def quality_of(choice: tuple[str, float]) -> float:
    return choice[1]
