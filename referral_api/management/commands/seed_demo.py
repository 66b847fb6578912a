from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from referral_api.services import demo


class Command(BaseCommand):
    help = "Fills the database with fictional people who invited one another. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SMS_SHOW_CODE:
            raise CommandError(
                "Only where codes are shown (SMS_SHOW_CODE=true): nobody owns the demo's phones."
            )
        made = demo.seed()
        self.stdout.write(
            f"{made.new_people} new users and {made.new_activations} new activations."
        )
        self.stdout.write(
            f"Log in as {made.first_phone}, who invited the most, "
            f"or as any of the next {made.people - 1}."
        )
