"""Behind PgBouncer in transaction mode, with a pool smaller than the replicas and their threads."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from referral_api.tests.support.pgbouncer import PGBOUNCER, PgBouncer, pgbouncer
from referral_api.tests.support.replicas import (
    Replica,
    alternately,
    bearer,
    empty_database,
    replicas,
)
from referral_api.tests.support.servers import CHECKOUT

pytestmark = [
    pytest.mark.skipif(not PGBOUNCER, reason="no PgBouncer: install the package `pgbouncer`"),
    pytest.mark.django_db(transaction=True),
]
POOL, REPLICAS = 2, 3
# Of clients alone: autovacuum comes and goes.
CLIENTS = "FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
SERVERS = f"SELECT count(*) {CLIENTS}"
# Of this database alone: beside this test, others migrate theirs.
LOCKS = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
 WHERE locktype = 'advisory' AND datname = %s
"""
CUT = f"SELECT count(pg_terminate_backend(pid, 5000)) {CLIENTS}"


@dataclass
class Deployment:
    bouncer: PgBouncer
    database: str
    replicas: list[Replica]


@pytest.fixture(scope="module")
def deployed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Deployment]:
    """More replicas than the pool has connections start at once; one migrates an empty database."""
    with (
        django_db_blocker.unblock(),
        empty_database() as name,
        pgbouncer(pool_size=POOL) as bouncer,
        replicas(bouncer.database_url(name), REPLICAS) as started,
    ):
        yield Deployment(bouncer, name, started)


def ask(replica: Replica, number: int) -> int:
    return int(replica.ask(f"+7916300{number:04}", address=f"198.51.100.{number}").status_code)


def query(sql: str, *parameters: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.fetchone()[0])


def most_connections_during(work: Callable[[], object], database: str) -> int:
    with ThreadPoolExecutor(1) as thread:
        running, found = thread.submit(work), 0
        while not running.done():
            found = max(found, query(SERVERS, database))
            time.sleep(0.005)
        running.result()
    return max(found, query(SERVERS, database))  # PgBouncer keeps its connections


def test_a_hundred_requests_at_once_share_two_connections(deployed: Deployment) -> None:
    answers: list[int] = []
    most = most_connections_during(
        lambda: answers.extend(alternately(deployed.replicas, 100, ask)), deployed.database
    )
    assert (set(answers), most) == ({202}, POOL)


def test_the_lock_of_the_migration_does_not_stay_with_a_connection(deployed: Deployment) -> None:
    assert query(LOCKS, deployed.database) == 0


@pytest.mark.parametrize("command", ["prune", "migrate"])
def test_commands_run_through_it(command: str, deployed: Deployment) -> None:
    environment = os.environ | {"DATABASE_URL": deployed.bouncer.database_url(deployed.database)}
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), command], env=environment, check=False
    )
    assert done.returncode == 0


def test_a_connection_that_postgresql_ends_is_replaced_unseen(deployed: Deployment) -> None:
    assert query(CUT, deployed.database) > 0
    assert (
        alternately(deployed.replicas, 12, lambda replica, number: ask(replica, 200 + number))
        == [202] * 12
    )


def test_the_service_outlives_a_restart_of_pgbouncer(deployed: Deployment) -> None:
    here = deployed.replicas[0]
    session = bearer(here.log_in(here.ask("+79163100001").json()).json())
    deployed.bouncer.stop()
    assert here.call("GET", "/profile", auth=session).status_code == 503
    deployed.bouncer.start()
    assert here.call("GET", "/profile", auth=session).status_code == 200
