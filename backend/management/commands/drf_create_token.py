from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = (
        "Not available: this service keeps only digests of API tokens. "
        "Call POST /api/v1/auth/api-token."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="*", help="as in the command of DRF")

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(self.help)
