from typing import Any

from django.core.management.base import BaseCommand

from backend.first_connection import wait_for_database
from backend.server import migrate, run


class Command(BaseCommand):
    help = "Waits for the database, migrates it, and serves the API and the page."

    def handle(self, *args: Any, **options: Any) -> None:
        wait_for_database(self.say)
        migrate()
        run(self.say)

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # a pipe would keep it back, and so would the log of a container
