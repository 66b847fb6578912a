"""The language of an answer of the API."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)


def language_of(request: HttpRequest) -> str:
    """By Accept-Language alone: an API has no cookies."""
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    for language, quality in parse_accept_lang_header(header):
        try:
            if quality > 0:
                return get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
