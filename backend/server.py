"""From nothing to a server: what `manage.py serve` does."""

import time
from collections.abc import Callable

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection

from backend.settings import ENV

Say = Callable[[str], object]
WAIT_SECONDS = 60
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
    migrations themselves commit along the way.
    """
    guard = connection.copy(DEFAULT_DB_ALIAS)
    guard.set_autocommit(False)  # so that the lock below begins a transaction
    try:
        with guard.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
            call_command("migrate", interactive=False, verbosity=0)
    finally:
        guard.close()  # ends the transaction, and with it the lock
        connection.close()  # the workers open their own


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
