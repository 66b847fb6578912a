"""From nothing to a server: what `manage.py serve` does."""

import contextlib
import socket
import time
from collections.abc import Callable

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from uvicorn.supervisors import Multiprocess

from backend.listening import host_to_ask
from backend.paths import API_V1, REDOC, SWAGGER

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

    The lock belongs to a transaction on a connection of its own: the lock of a session leaks behind
    PgBouncer, and the migrations themselves commit many times. The others ask again and again, and
    do not wait inside PostgreSQL: there, each would hold a connection of PgBouncer's pool, and
    perhaps leave none to the one that migrates.
    """
    guard = connection.copy(DEFAULT_DB_ALIAS)
    guard.set_autocommit(False)  # so that the lock below begins a transaction
    try:
        while not has_lock(guard):
            guard.rollback()
            time.sleep(MIGRATION_RETRY_SECONDS)
        call_command("migrate", interactive=False, verbosity=0)
        # Ends the lock. PgBouncer's pool loses a connection that is closed in a transaction.
        guard.rollback()
    finally:
        guard.close()
        connection.close()  # the workers open their own


def has_lock(guard: BaseDatabaseWrapper) -> bool:
    with guard.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        return bool(cursor.fetchone()[0])


def run(listener: socket.socket, say: Say) -> None:
    say(welcome())
    config = uvicorn.Config(
        "backend.asgi:application",
        workers=settings.WEB_CONCURRENCY,
        loop="uvloop",
        http="backend.asgi.protocol:Protocol",
        ws="none",
        lifespan="off",
        proxy_headers=False,  # else uvicorn trusts X-Forwarded-For of every client on 127.0.0.1
        server_header=False,
        access_log=settings.DEBUG,
        log_level="info" if settings.DEBUG else "warning",
        timeout_keep_alive=settings.KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with contextlib.suppress(KeyboardInterrupt):
        if settings.WEB_CONCURRENCY == 1:
            uvicorn.Server(config).run(sockets=[listener])
        else:
            Multiprocess(config, sockets=[listener]).run()


def welcome() -> str:
    here = f"http://{host_to_ask(settings.HOST)}:{settings.PORT}"
    lines = [
        f"The page        {here}/",
        f"Swagger UI      {here}{SWAGGER}",
        f"ReDoc           {here}{REDOC}",
        f"OpenAPI         {here}{API_V1}openapi.json",
    ]
    return "\n".join(lines)
