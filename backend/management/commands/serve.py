from typing import Any

from django.core.management.base import BaseCommand

from backend.server import migrate, run, wait_for_database


class Command(BaseCommand):
    help = "Waits for the database, migrates it, and serves the API and the page."

    def handle(self, *args: Any, **options: Any) -> None:
        wait_for_database(say=self.stdout.write)
        migrate()
        run(say=self.stdout.write)
