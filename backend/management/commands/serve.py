from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.first_connection import wait_for_database
from backend.listening import CannotListenError, bound_socket
from backend.server import migrate, run


class Command(BaseCommand):
    help = "Waits for the database, migrates it, and serves the API and the page."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            listener = bound_socket(settings.HOST, settings.PORT)
        except CannotListenError as error:
            raise CommandError(str(error)) from None
        with listener:
            wait_for_database(self.say)
            migrate()
            run(listener, self.say)

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # a pipe would keep it back, and so would the log of a container
