"""Hosts, regions and the database's address: what is read, and in which words it is refused."""

from typing import Any

import pytest
from django.db.utils import ConnectionHandler
from pydantic import ValidationError

from backend.database_url import read_database_url
from backend.env import explain
from referral_api.tests.support.deployment_files import settings_of
from referral_api.tests.support.servers import database_url

DEVELOPMENT = {"DEBUG": "true", "SECRET_KEY": "development-only-not-a-secret-0123456789"}


def refusal_of(**environment: str) -> str:
    with pytest.raises(ValidationError) as refused:
        settings_of({**DEVELOPMENT, **environment})
    return explain(refused.value)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("https://a.example", "a.example"),
        ("https://a.example:8000/path", "a.example"),
        ("a.example:8000", "a.example"),
        ("a.example/", "a.example"),
        ("a.example b.example", "a.example"),
        ("b.example,*.a.example", ".a.example"),
        ("a.example.", "a.example"),
        ("::1", "[::1]"),
        ("[::1]:8000", "[::1]"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("my_host", "referral.example"),
    ],
)
def test_a_host_is_a_name_alone(written: str, right: str) -> None:
    refusal = refusal_of(ALLOWED_HOSTS=written)
    assert refusal.startswith("ALLOWED_HOSTS has ")
    assert f"such as `{right}`" in refusal


def test_hosts_are_read_by_comma_and_without_regard_to_case() -> None:
    env = settings_of({**DEVELOPMENT, "ALLOWED_HOSTS": "A.example, .b.example,[::1],127.0.0.1"})
    assert env.ALLOWED_HOSTS == ("a.example", ".b.example", "[::1]", "127.0.0.1")
    assert settings_of({**DEVELOPMENT, "ALLOWED_HOSTS": "*"}).ALLOWED_HOSTS == ("*",)
    assert refusal_of(ALLOWED_HOSTS=",") == "ALLOWED_HOSTS names no host."


@pytest.mark.parametrize("written", ["a.example", "https://a.example/admin", "https://a b"])
def test_a_trusted_origin_has_a_scheme_and_no_path(written: str) -> None:
    assert "such as `https://referral.example`" in refusal_of(CSRF_TRUSTED_ORIGINS=written)


def test_trusted_origins_are_read_as_browsers_send_them() -> None:
    written = "https://A.example/, https://*.b.example:8443"
    env = settings_of({**DEVELOPMENT, "CSRF_TRUSTED_ORIGINS": written})
    assert env.CSRF_TRUSTED_ORIGINS == ("https://a.example", "https://*.b.example:8443")


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("UK", "write `GB`"),
        ("ru,uk", "write `GB`"),
        ("RU;KZ", "such as `RU,KZ`"),
        ("RU KZ", "such as `RU,KZ`"),
        ("ru_RU", "such as `RU`"),
        ("EU", "such as `RU`"),
        (",", "write `*` for all"),
    ],
)
def test_a_region_is_one_of_libphonenumber(written: str, advice: str) -> None:
    assert advice in refusal_of(PHONE_REGIONS=written)


def test_the_default_region_is_one_of_libphonenumber() -> None:
    assert "write `GB`" in refusal_of(PHONE_DEFAULT_REGION="UK")
    assert "such as `RU`" in refusal_of(PHONE_DEFAULT_REGION="*")


def test_regions_are_read_without_regard_to_case() -> None:
    regions = {"PHONE_REGIONS": "ru, Kz", "PHONE_DEFAULT_REGION": "kz"}
    env = settings_of({**DEVELOPMENT, **regions})
    assert (env.PHONE_REGIONS, env.PHONE_DEFAULT_REGION) == (("RU", "KZ"), "KZ")
    assert settings_of({**DEVELOPMENT, "PHONE_REGIONS": "*"}).PHONE_REGIONS == ("*",)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("u:hunter#2@h/d", "has a `#`"),
        ("u:1#hunter@h/d", "has a `#`"),
        ("u:hunter?2@h/d", "has a `/` or `?` before the host"),
        ("u:1?hunter=2@h/d", "has a `/` or `?` before the host"),
        ("u:hunter/2@h/d", "has a `/` or `?` before the host"),
        ("u:hunter[2@h/d", "has a `[` or `]`"),
        ("u:hunter 2@h/d", "has a space"),
        ("u:hunter@h/d?schema=public", "has `schema`, which PostgreSQL does not know: it is Pri"),
        (
            "u:hunter@h/d?ssl=true",
            "has `ssl`, which PostgreSQL does not know: write `sslmode=require`",
        ),
        ("u:hunter@h/d?a-b=hunter", "has an option, which PostgreSQL does not know"),
        ("u:hunter@h/d?sslmode=require&sslmode=prefer", "has `sslmode` more than once"),
        ("u:hunter@h", "names no database"),
        ("u:hunter@h/", "names no database"),
        ("u:hunter@h/d/e", "has a `/` in the name of the database"),
        ("u:hunter@h:port/d", "has a host or port that cannot be read"),
        ("u:hunter@h:70000/d", "has a host or port that cannot be read"),
        ("u:hunter@h:1,:x/d", "has a host or port that cannot be read"),
        ("u:hunter@[::1/d", "cannot be read"),
    ],
)
def test_an_unreadable_database_url_is_one_sentence_without_the_secret(
    address: str, complaint: str
) -> None:
    refusal = refusal_of(DATABASE_URL=f"postgresql://{address}")
    assert refusal.startswith(f"DATABASE_URL {complaint}")
    assert refusal.count(". ") == 0
    assert "hunter" not in refusal


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("u:p@h/d", {"HOST": "h", "PORT": "", "USER": "u", "PASSWORD": "p", "NAME": "d"}),
        ("u:p%23%2F%40@h:1/d", {"PASSWORD": "p#/@", "PORT": "1"}),
        ("a,b/d", {"HOST": "a,b", "PORT": ""}),
        ("a:1,b/d?target_session_attrs=read-write", {"HOST": "a,b", "PORT": "1,5432"}),
        ("[::1]:5433/d", {"HOST": "::1", "PORT": "5433"}),
        ("u@%2Ftmp%2FSocket/d", {"HOST": "/tmp/Socket", "USER": "u"}),
        ("/d", {"HOST": "", "NAME": "d"}),
        ("/d?host=/tmp&application_name=me@box", {"HOST": "", "NAME": "d"}),
        ("/?service=main", {"NAME": "", "OPTIONS": {"service": "main"}}),
        ("h/d?currentSchema=app", {"OPTIONS": {"options": "-c search_path=app"}}),
        ("h/d?keepalives_idle=30&sslmode=require\n", {"NAME": "d"}),
    ],
)
def test_a_database_url_is_read_as_libpq_reads_it(address: str, expected: dict[str, Any]) -> None:
    database = read_database_url(f"postgresql://{address}")
    assert {name: database[name] for name in expected} == expected


@pytest.mark.django_db(transaction=True)
def test_of_several_hosts_the_first_that_answers_is_used() -> None:
    """Port 1 has no server."""
    user, _at, address = database_url().rpartition("@")
    database = read_database_url(f"{user}@127.0.0.1:1,{address}")
    connection = ConnectionHandler({"default": database})["default"]
    connection.ensure_connection()
    assert connection.is_usable()
    connection.close()
