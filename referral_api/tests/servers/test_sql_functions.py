"""A migrated database has exactly the functions of referral_api/sql/functions."""

import pytest
from django.db import connection

from referral_api.sql import FUNCTIONS, QUERIES

pytestmark = pytest.mark.django_db

INSTALLED = """
SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'referral\\_api\\_%'
"""


def installed() -> dict[str, str]:
    """Name → definition of each function of ours, as PostgreSQL has it."""
    with connection.cursor() as cursor:
        cursor.execute(INSTALLED)
        rows = cursor.fetchall()
    assert len(rows) == len(dict(rows)), "a function has two signatures"
    return dict(rows)


def test_a_migrated_database_has_the_functions_of_the_files_and_no_other() -> None:
    assert set(installed()) == {f"referral_api_{name}" for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_migrated_function_is_the_one_of_its_file(name: str) -> None:
    migrated = installed()
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS[name])
    assert installed() == migrated, f"add a migration that freezes sql/functions/{name}.sql"


@pytest.mark.parametrize("name", QUERIES)
def test_no_comment_travels_with_a_query(name: str) -> None:
    assert "--" not in QUERIES[name]
    assert QUERIES[name].split()[0] in {"SELECT", "INSERT", "UPDATE", "WITH"}
