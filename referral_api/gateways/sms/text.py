"""What a phone shows: the text of an SMS with a one-time code."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# As browsers read it: https://wicg.github.io/sms-one-time-codes/ and Chromium's sms_parser.cc.
WEB_OTP_HOST = re.compile(r"[a-z0-9.-]+")


def sms_text(code: str) -> str:
    """In the language of the request: its sentence, and a line for each program that reads it.

    Android gives the SMS to the app of SMS_ANDROID_HASH (Google's SMS Retriever API). Browsers give
    the code to the page of this host alone: an origin-bound code, which must be the last line.
    """
    template = settings.SMS_TEXTS.get(get_language()) or _("Your {service} code: {code}")
    lines = [template.format(service=settings.SERVICE_NAME, code=code)]
    if settings.SMS_ANDROID_HASH:
        lines.append(settings.SMS_ANDROID_HASH)
    host = web_otp_host(settings.PUBLIC_URL)
    if host is not None:
        lines.append(f"@{host} #{code}")
    return "\n".join(lines)


@lru_cache(maxsize=1)
def web_otp_host(public_url: str) -> str | None:
    """The host of an https:// address in ASCII (IDNA); None where browsers could not read it."""
    try:
        address = urlsplit(public_url)
        host = (address.hostname or "").encode("idna").decode()
    except ValueError:
        return None
    if address.scheme != "https" or not WEB_OTP_HOST.fullmatch(host):
        return None
    return host
