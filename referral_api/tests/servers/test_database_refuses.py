"""A database that cannot be used: the service says why, and waits only where that can help."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from referral_api.tests.support.refusing_database import refusing_database
from referral_api.tests.support.servers import CHECKOUT, database_url


@contextmanager
def serve(database: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, str(CHECKOUT / "manage.py"), "serve"],
        env=os.environ | {"DATABASE_URL": database},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def last_words(database: str) -> str:
    """Of a server that stops by itself before it waits even once."""
    with serve(database) as process:
        said, complaint = process.communicate(timeout=180)
    assert (process.returncode, said) == (1, "")
    return complaint


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("user", "database", "reason"),
    [
        ("nobody_of_that_name", "", 'role "nobody_of_that_name" does not exist'),
        ("", "none_of_that_name", 'database "none_of_that_name" does not exist'),
    ],
)
def test_an_unknown_role_or_database_stops_it_at_once(
    user: str, database: str, reason: str
) -> None:
    complaint = last_words(database_url(user=user, database=database))
    assert complaint.count("\n") == 1
    assert complaint.startswith("CommandError: The database refuses DATABASE_URL: ")
    assert reason in complaint


@pytest.mark.parametrize(
    "text",
    [
        'password authentication failed for user "user"',
        'пользователь "user" не прошёл проверку подлинности (по паролю)',
        'role "user" is not permitted to log in',
        'no pg_hba.conf entry for host "10.0.0.1", user "user", database "db", no encryption',
        "no such database: db",
    ],
)
def test_a_refusal_that_stays_stops_it_at_once(text: str) -> None:
    with refusing_database(text) as database:
        complaint = last_words(database)
    assert complaint.count("\n") == 1
    assert text in complaint
    assert "secret" not in complaint


@pytest.mark.parametrize(
    "text", ["the database system is starting up", "sorry, too many clients already"]
)
def test_a_database_that_will_come_is_waited_for_and_each_line_says_why(text: str) -> None:
    with refusing_database(text) as database, serve(database) as process:
        assert process.stdout
        for line in (process.stdout.readline(), process.stdout.readline()):
            assert line.startswith("Waiting for the database: connection to server at ")
            assert line.endswith(f"FATAL: {text}\n")


def test_a_host_that_is_not_known_yet_is_waited_for() -> None:
    with serve("postgresql://user:secret@database.invalid/db") as process:
        assert process.stdout
        line = process.stdout.readline()
    assert line.startswith('Waiting for the database: could not translate host name "database.in')
