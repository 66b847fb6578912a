"""Hosts and origins as Django compares them: a host without scheme, port and path, an origin
without a path.
"""

import contextlib
import re

# As `django.http.request.host_validation_re`: another name is refused in every request.
NAME = r"[a-z0-9-]+(\.[a-z0-9-]+)*"
IPV6 = r"\[[0-9a-f:.]+\]"
ALLOWED = re.compile(rf"\*|\.?{NAME}|{IPV6}", re.IGNORECASE)
ORIGIN = re.compile(rf"https?://((\*\.)?{NAME}|{IPV6})(:\d{{1,5}})?", re.IGNORECASE)


def checked_host(written: str) -> str:
    """One entry of ALLOWED_HOSTS; ValueError names the form that it should have.

    `.example.com` stands for a domain with its subdomains, `*` for every host.
    """
    if ALLOWED.fullmatch(written):
        return written.lower()
    raise ValueError(
        f"has `{written}`: write a host name without scheme, port, path or spaces, "
        f"such as `{right_form_of(written)}`; several by comma"
    )


def checked_origin(written: str) -> str:
    """One entry of CSRF_TRUSTED_ORIGINS; `https://*.example.com` stands for all subdomains.

    Django compares it with the Origin that a browser sends: in small letters, and without a path.
    """
    if ORIGIN.fullmatch(written.rstrip("/")):
        return written.rstrip("/").lower()
    raise ValueError(
        f"has `{written}`: write an origin with its scheme and without a path, such as "
        "`https://referral.example`; several by comma"
    )


def right_form_of(written: str) -> str:
    """What was probably meant."""
    if re.fullmatch(r"[0-9a-f:.]+:[0-9a-f:.]*", written, re.IGNORECASE) and written.count(":") > 1:
        return f"[{written}]"
    without_scheme = written.rpartition("://")[2]
    host = re.split(r"[\s/?#;]", without_scheme)[0]
    host = re.sub(r":\d*$", "", host).removeprefix("*").rstrip(".")
    if not host.isascii():  # `пример.рф`: a browser sends such a name in another form
        with contextlib.suppress(UnicodeError):
            host = host.encode("idna").decode()
    return host if ALLOWED.fullmatch(host) else "referral.example"
