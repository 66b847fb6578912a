"""From nothing to a server: what `manage.py serve` does."""

import contextlib
import socket
import time
from collections.abc import Callable
from pathlib import Path

import uvicorn
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from uvicorn.supervisors import Multiprocess

from backend import regular_prune
from backend.listening import host_to_ask
from backend.paths import API_V1, REDOC, SWAGGER
from backend.replica_lock import asked_for_lock

Say = Callable[[str], object]
MIGRATION_RETRY_SECONDS = 0.2
GRACE_SECONDS = 10  # for requests in flight after SIGTERM
MIGRATION_LOCK = 0x5EFE44A1  # any number, the same in every replica


def migrate() -> None:
    """One replica migrates, the others wait for it and ask again and again."""
    while not is_migrated():
        with asked_for_lock(MIGRATION_LOCK) as is_ours:
            if is_ours:
                call_command("migrate", interactive=False, verbosity=0)
                break
        time.sleep(MIGRATION_RETRY_SECONDS)
    connection.close()  # the workers open their own


def is_migrated() -> bool:
    """Whether the database has recorded every migration, by their names.

    Django's `migrate` would load all of them and rebuild the history of the models, at every start.
    """
    recorded = MigrationRecorder(connection).applied_migrations()
    for app in apps.get_app_configs():
        for file in Path(app.path, "migrations").glob("[!_~]*.py"):
            if (app.label, file.stem) not in recorded:
                return False
    return True


def run(listener: socket.socket, say: Say) -> None:
    say(welcome())
    regular_prune.begin()
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
