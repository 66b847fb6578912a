"""`manage.py embedded_postgres status` and `manage.py embedded_postgres stop`."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from backend.embedded_postgres import server
from backend.embedded_postgres.base import DatabaseWrapper
from backend.embedded_postgres.django_errors import as_django_errors


class Command(BaseCommand):
    help = (
        "Show or stop the embedded PostgreSQL. It starts by itself, and stops after its last user."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["status", "stop"])

    def handle(self, *, action: str, **_options: object) -> None:
        connection = connections["default"]
        if not isinstance(connection, DatabaseWrapper):
            raise CommandError("DATABASE_URL is set: no embedded PostgreSQL is in use.")
        with as_django_errors():
            if action == "status":
                answer = server.status(connection.folder)
            elif server.stop(connection.folder):
                answer = "Stopped."
            else:
                answer = "It was not running."
        self.stdout.write(answer)
