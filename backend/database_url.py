"""DATABASE_URL, read as libpq reads it (PostgreSQL's manual, §32.1.1.2), several hosts included.

Every ValueError is the end of a sentence about the variable, and holds no part of it that could be
a secret.
"""

import re
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit, urlunsplit

import dj_database_url
import psycopg2
from psycopg2.extensions import parse_dsn

SCHEMES = ("postgres", "postgresql")
ADDRESS = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(:(?P<port>\d{1,5}))?")
OF_DJANGO = {"assume_role", "currentSchema", "isolation_level"}  # not libpq's, and they work
INSTEAD = {
    "schema": "it is Prisma's; leave it out, or write `currentSchema`",
    "ssl": "write `sslmode=require`",
    "connection_limit": "it is Prisma's; DATABASE_CONNECTIONS says how many",
    "pgbouncer": "it is Prisma's; leave it out, PgBouncer needs no option here",
}


def read_database_url(url: str) -> dict[str, Any]:
    """As an entry of Django's DATABASES; ValueError says what is wrong with it."""
    url = url.strip()  # a file of secrets often ends with a line break
    refuse_odd_characters(url)
    try:
        parts = urlsplit(url)
    except ValueError:  # an IPv6 address without its second bracket
        raise ValueError("cannot be read: write an IPv6 address as [::1]") from None
    refuse_unknown_options(parts)
    refuse_odd_name(parts)
    user, at, addresses = parts.netloc.rpartition("@")
    hosts, ports = hosts_and_ports(addresses)
    # dj_database_url knows one host, and writes it in small letters, the folder of a socket too.
    without_hosts = urlunsplit(parts._replace(netloc=f"{user}{at}"))
    database = dict(dj_database_url.parse(without_hosts))
    database["HOST"] = hosts
    database["PORT"] = ports
    return database


def refuse_odd_characters(url: str) -> None:
    if not url.startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        raise ValueError("is not a postgresql:// address")
    if re.search(r"\s", url):
        raise ValueError("has a space: in a user, a password or a name, write it as %20")
    if "#" in url:
        raise ValueError("has a `#`: in a user, a password or a name, write it as %23")
    if re.search(r"[\[\]]", url.rpartition("@")[0]):
        raise ValueError("has a `[` or `]` before the host: write them as %5B and %5D")


def refuse_cut_password(parts: SplitResult, rest: str) -> None:
    """A `/` or a `?` of a password ends the part that the password is in; an `@` comes after it."""
    if "@" in rest and "@" not in parts.netloc:
        raise ValueError(
            "has a `/` or `?` before the host: in a password, write them as %2F and %3F"
        )


def refuse_odd_name(parts: SplitResult) -> None:
    refuse_cut_password(parts, parts.path)
    name = parts.path.removeprefix("/")
    if "/" in name:
        raise ValueError("has a `/` in the name of the database: write it as %2F, or leave it out")
    if not name and "service" not in parse_qs(parts.query):
        raise ValueError("names no database: end it with `/NAME`")


def refuse_unknown_options(parts: SplitResult) -> None:
    for option, values in parse_qs(parts.query, keep_blank_values=True).items():
        if option in OF_DJANGO:
            continue
        if not is_known_to_libpq(option):
            refuse_cut_password(parts, parts.query)
            advice = INSTEAD.get(option, "see the parameter key words of libpq")
            shown = f"`{option}`" if re.fullmatch(r"\w{1,40}", option) else "an option"
            raise ValueError(f"has {shown}, which PostgreSQL does not know: {advice}")
        if len(values) > 1:
            raise ValueError(f"has `{option}` more than once")


def is_known_to_libpq(option: str) -> bool:
    try:
        parse_dsn(f"{option}=x")
    except psycopg2.ProgrammingError:
        return False
    return True


def hosts_and_ports(addresses: str) -> tuple[str, str]:
    """Each by comma, as libpq takes them; it tries the hosts in this order."""
    hosts, ports = [], []
    for address in addresses.split(","):
        match = ADDRESS.fullmatch(address)
        if match is None or int(match["port"] or 0) > 65_535:
            raise ValueError(
                "has a host or port that cannot be read: write HOST:PORT, and special characters "
                "of a user or password as %XX (`:` is %3A, `@` is %40)"
            )
        hosts.append(unquote(match["host"].strip("[]")))
        ports.append(match["port"] or "")
    if not any(ports):
        return ",".join(hosts), ""
    return ",".join(hosts), ",".join(port or "5432" for port in ports)
