"""What the environment says to PostgreSQL's clients is not said to the embedded server."""

import subprocess
import sys

import pytest

from backend.embedded_postgres import server
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.tests.support import NewUser

# Each alone would lead to another server, fail, or change what a session does.
VARIABLES = {
    "PGHOST": "127.0.0.2",
    "PGHOSTADDR": "127.0.0.2",
    "PGPORT": "1",
    "PGDATABASE": "somewhere",
    "PGUSER": "somebody",
    "PGPASSWORD": "secret",
    "PGPASSFILE": "/nowhere",
    "PGSERVICE": "prod",
    "PGSERVICEFILE": "/nowhere",
    "PGOPTIONS": "-c default_transaction_read_only=on",
    "PGREQUIREAUTH": "scram-sha-256",
    "PGREQUIREPEER": "somebody",
    "PGCHANNELBINDING": "require",
    "PGSSLMODE": "verify-full",
    "PGSSLROOTCERT": "/nowhere",
    "PGGSSENCMODE": "require",
    "PGTARGETSESSIONATTRS": "standby",
    "PGTZ": "Nowhere/Nowhere",
    "PGCLIENTENCODING": "NOWHERE",
    "PGDATESTYLE": "nowhere",
}
BEGIN = """
import os, sys, django
from django.conf import settings
from django.db import connection
engine, folder, *variables = sys.argv[1:]
database = {"ENGINE": engine, "NAME": "referral_api", "OPTIONS": {"data_dir": folder}}
settings.configure(DATABASES={"default": database})
django.setup()
"""
# Connects once under each variable, and prints which database it found, and whether it may write.
CONNECT = """
for variable in variables:
    name, value = variable.split("=", 1)
    os.environ[name] = value
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('transaction_read_only')")
        print(name, *cursor.fetchone())
    connection.close()
"""
# Prints what `manage.py dbshell` prints of a statement.
SHELL = """
os.environ |= dict(variable.split("=", 1) for variable in variables)
connection.client.runshell(["--no-psqlrc", "-Atc", "CREATE TABLE t (); SELECT current_database()"])
"""


def printed(script: str, folder: ServerFolder) -> list[str]:
    """What a process of its own prints."""
    variables = [f"{name}={value}" for name, value in VARIABLES.items()]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            BEGIN + script,
            "backend.embedded_postgres",
            folder.path,
            *variables,
        ],
        cwd=server.IMPORT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_the_first_start_ignores_them_all(new_user: NewUser) -> None:
    assert new_user(**VARIABLES).database() == "referral_api"


@pytest.mark.usefixtures("data_from_before")
def test_a_connection_ignores_each(folder: ServerFolder) -> None:
    assert printed(CONNECT, folder) == [f"{name} referral_api off" for name in VARIABLES]


@pytest.mark.usefixtures("data_from_before")
def test_dbshell_ignores_them_too(folder: ServerFolder) -> None:
    assert printed(SHELL, folder) == ["CREATE TABLE", "referral_api"]
