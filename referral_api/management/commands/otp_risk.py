from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from referral_api.services import risk


class Command(BaseCommand):
    help = "Prints how likely a guessed code is, for the settings in force."

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write
        day = risk.takeover_probability(1)
        year = risk.takeover_probability(risk.YEAR)
        burst, seconds = settings.LIMIT_SMS_PER_DAY
        say("One phone, an attacker with any number of addresses:")
        say(f"  taken over within a day   {day:.4%}")
        say(f"  taken over within a year  {year:.4%}")
        for guesses in risk.best_guesses(risk.YEAR):
            say(f"    {guesses.tries:>9,.0f} guesses a year at {guesses.digits} digits")
        say(f"Any phone, by spraying all {burst} SMS per {seconds} s of the site:")
        say(f"  expected takeovers a year {risk.takeovers_by_spraying():,.1f}")
