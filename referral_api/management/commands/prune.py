from typing import Any

from django.core.management.base import BaseCommand

from referral_api.services.pruning import prune


class Command(BaseCommand):
    help = (
        "Deletes expired challenges, requests, sessions, limits and counts. "
        "Safe at any time; `serve` does it every hour."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for table, rows in prune().items():
            self.stdout.write(f"{table}: {rows}")
