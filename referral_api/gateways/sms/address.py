"""The grammar of an entry of SMS_SENDERS."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit


class AddressError(ValueError):
    """Says what is wrong with an entry, and never repeats it: an entry holds keys."""


@dataclass(frozen=True)
class Address:
    """`SCHEME://USER:PASSWORD@HOST?endpoint=URL`, or `SCHEME+URL`.

    USER, PASSWORD and HOST are whatever the provider calls them. A character that would be read as
    a part of the address, such as `/`, `?`, `#` or a space, is written as %XX.
    """

    scheme: str
    user: str = ""
    password: str = ""
    host: str = ""
    endpoint: str = ""  # another address of the same API
    url: str = ""  # what follows the `+` of the scheme

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises AddressError."""
        scheme, colon, rest = text.partition(":")
        if not colon:
            raise AddressError("has no scheme, such as `smsru://API_ID`")
        scheme, plus, scheme_of_url = scheme.partition("+")
        if plus:
            return cls(scheme=scheme.lower(), url=f"{scheme_of_url}:{rest}")
        try:
            parts = urlsplit(rest)
        except ValueError:  # its message would repeat the entry
            raise AddressError("cannot be read: write special characters as %XX") from None
        if parts.path.strip("/") or parts.fragment:
            raise AddressError("has a path: write / # and ? inside a key as %2F %23 and %3F")
        login, _at, host = parts.netloc.rpartition("@")
        user, _colon, password = login.partition(":")
        return cls(
            scheme=scheme.lower(),
            user=unquote(user),
            password=unquote(password),
            host=unquote(host),
            endpoint=endpoint_in(parts.query),
        )

    def check(self, grammar: str) -> None:
        """Raises AddressError where the address has not the parts that the grammar shows."""
        wanted = Address.parse(grammar)
        for mine, its in (
            (self.user, wanted.user),
            (self.password, wanted.password),
            (self.host, wanted.host),
        ):
            if bool(mine) != bool(its):
                raise AddressError(f"is not {grammar}")
            if not (mine.isascii() and mine.isprintable()):
                raise AddressError("has a character that is not printable ASCII")


def endpoint_in(query: str) -> str:
    """Raises AddressError."""
    endpoint = ""
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name != "endpoint":
            raise AddressError("has a parameter that is not `endpoint`")
        endpoint = value
    if query and not is_web_address(endpoint):
        raise AddressError("has an `endpoint` that is not an http:// or https:// address")
    return endpoint


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # read, because a wrong one raises
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_web and url.isascii() and port != 0
