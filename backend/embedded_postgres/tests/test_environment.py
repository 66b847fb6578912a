"""What the environment says to PostgreSQL's clients is not said to the embedded server."""

import os
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
# Prints what `manage.py dbshell` prints of a statement.
SHELL = """
import sys, django
from django.conf import settings
from django.db import connection
engine, folder = sys.argv[1:]
database = {"ENGINE": engine, "NAME": "referral_api", "OPTIONS": {"data_dir": folder}}
settings.configure(DATABASES={"default": database})
django.setup()
connection.client.runshell(["--no-psqlrc", "-Atc", "CREATE TABLE t (); SELECT current_database()"])
"""


def test_the_first_start_ignores_them_all(new_user: NewUser) -> None:
    user = new_user(**VARIABLES)
    assert user.database() == "referral_api"
    assert user.writes()


@pytest.mark.usefixtures("data_from_before")
def test_a_connection_ignores_each(new_user: NewUser) -> None:
    users = {name: new_user(**{name: value}) for name, value in VARIABLES.items()}
    found = {name: (user.database(), user.writes()) for name, user in users.items()}
    assert found == dict.fromkeys(VARIABLES, ("referral_api", True))


@pytest.mark.usefixtures("data_from_before")
def test_dbshell_ignores_them_too(folder: ServerFolder, new_user: NewUser) -> None:
    assert new_user().database() == "referral_api"
    shell = subprocess.run(
        [sys.executable, "-c", SHELL, "backend.embedded_postgres", str(folder.path)],
        cwd=server.IMPORT_ROOT,
        env=os.environ | VARIABLES,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shell.stdout.split() == ["CREATE", "TABLE", "referral_api"]
