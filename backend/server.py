"""From nothing to a server: what `manage.py serve` does."""

import time
from collections.abc import Callable

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from backend.settings import ENV

Say = Callable[[str], object]
WAIT_SECONDS = 60
MIGRATION_RETRY_SECONDS = 0.2
GRACE_SECONDS = 10  # for requests in flight after SIGTERM
MIGRATION_LOCK = 0x5EFE44A1  # any number, the same in every replica


def wait_for_database(say: Say) -> None:
    """Raises OperationalError after a minute."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            say("Waiting for the database …")
            time.sleep(1)
        else:
            return


def migrate() -> None:
    """One replica migrates, the others wait for it.

    The lock is a transaction's, on a connection of its own: a session's lock leaks behind PgBouncer, and the
    migrations themselves commit along the way. Nobody waits inside PostgreSQL: there, each waiting replica would hold
    a connection of PgBouncer's pool, and as many as the pool is large would leave none to the one that migrates.
    """
    guard = connection.copy(DEFAULT_DB_ALIAS)
    guard.set_autocommit(False)  # so that the lock below begins a transaction
    try:
        while not _locked(guard):
            guard.rollback()
            time.sleep(MIGRATION_RETRY_SECONDS)
        call_command("migrate", interactive=False, verbosity=0)
        guard.rollback()  # the lock's end; a connection closed in a transaction is lost to PgBouncer's pool
    finally:
        guard.close()
        connection.close()  # the workers open their own


def _locked(guard: BaseDatabaseWrapper) -> bool:
    with guard.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        return bool(cursor.fetchone()[0])


def run(say: Say) -> None:
    say(welcome())
    uvicorn.run(
        "backend.asgi:application",
        host=ENV.HOST,
        port=ENV.PORT,
        workers=ENV.WEB_CONCURRENCY,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        proxy_headers=False,  # else uvicorn believes X-Forwarded-For of anybody on 127.0.0.1
        server_header=False,
        access_log=settings.DEBUG,
        log_level="info" if settings.DEBUG else "warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def welcome() -> str:
    here = f"http://{'127.0.0.1' if ENV.HOST == '0.0.0.0' else ENV.HOST}:{ENV.PORT}"  # noqa: S104
    return (
        f"The page        {here}/\nSwagger UI      {here}/api/v1/docs\nReDoc           {here}/api/v1/redoc\n"
        f"OpenAPI         {here}/api/v1/openapi.json"
    )
