from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from referral_api.services import risk


class Command(BaseCommand):
    help = "Prints how likely a guessed code is, for the settings in force."

    def handle(self, *args: Any, **options: Any) -> None:
        burst, seconds = settings.LIMIT_SMS_PER_DAY
        self.stdout.write("One phone, an attacker with any number of addresses:")
        self.stdout.write(f"  taken over within a day   {risk.takeover_probability(1):.4%}")
        self.stdout.write(f"  taken over within a year  {risk.takeover_probability(risk.YEAR):.4%}")
        for part in risk.best_guesses(risk.YEAR):
            self.stdout.write(f"    {part.tries:>9,.0f} guesses a year at {part.digits} digits")
        self.stdout.write(f"Any phone, by spraying all {burst} SMS per {seconds} s of the site:")
        self.stdout.write(f"  expected takeovers a year {risk.takeovers_by_spraying():,.1f}")
