from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not available: this service keeps only digests of API tokens. Call POST /api/v1/auth/api-token."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(self.help)
