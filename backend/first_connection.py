"""The first connection to the database, when the service starts."""

import re
import time
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import OperationalError, connection

WAIT_SECONDS = 60
# What stays wrong until a person changes something. There is no SQLSTATE here: libpq has only a
# text for a connection that fails. PostgreSQL's own texts follow the language of the server. In a
# language that is not here, the service waits, and each line names the reason all the same.
FINAL = re.compile(
    r"""
    does\ not\ exist | authentication\ failed | no\ password\ supplied | not\ permitted\ to\ log\ in
    | no\ pg_hba\.conf\ entry | permission\ denied\ for\ database | no\ such\ (user|database)
    | unsupported\ startup\ parameter | invalid\ \w+\ (value|number)
    | не\ существует | не\ прошёл\ проверку\ подлинности | вход\ запрещён
    | в\ pg_hba\.conf\ нет\ записи | нет\ доступа\ к\ базе\ данных
    """,
    re.VERBOSE,
)


def wait_for_database(say: Callable[[str], object]) -> None:
    """Says the reason at each try. Raises CommandError after a minute.

    A database that starts, or whose host name is not known yet, is waited for. Where a person has
    to change something first, the CommandError comes at once.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.ensure_connection()
        except ImproperlyConfigured as error:  # of the embedded PostgreSQL
            raise CommandError(str(error)) from error
        except OperationalError as error:
            reason = reason_of(error)
        else:
            return
        if FINAL.search(reason):
            raise CommandError(f"The database refuses DATABASE_URL: {reason}")
        if time.monotonic() > deadline:
            raise CommandError(f"No database after {WAIT_SECONDS} seconds: {reason}")
        say(f"Waiting for the database: {reason}")
        time.sleep(1)


def reason_of(error: OperationalError) -> str:
    """One line. libpq's text has several for each address that it tried; it holds no password."""
    lines = str(error).splitlines() or ["no reason was given"]
    attempts = [line for line in lines if "failed: " in line]
    reason = attempts[-1] if attempts else lines[0]
    return " ".join(reason.split())
