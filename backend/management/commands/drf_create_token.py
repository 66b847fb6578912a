from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = (
        "Not available: this service keeps only digests of API tokens. "
        "Call POST /api/v1/auth/api-token."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Those of DRF's command, so that every way to call it gets the answer below."""
        parser.add_argument("username", nargs="*")
        parser.add_argument("-r", "--reset", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(self.help)
