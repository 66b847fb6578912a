"""The best attacker that the rules allow, in simulation, through the API.

They want one phone, and they may wait for a year. They have any number of addresses, and spend the
tries of a request and the shared ones alike. Wrong tries make the next codes longer, so they stop
one below each threshold, ask for a code of that length, and only then spend all its tries. At the
last threshold they rest until the window of wrong tries has passed, and begin again. Their guesses
are wrong on purpose: how likely one is right is counted by its length.
"""

from collections import Counter
from datetime import timedelta
from math import prod
from typing import Any

import time_machine
from django.conf import settings
from django.utils import timezone

from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, wrong

THRESHOLDS = (10, 30)  # of wrong tries, of the default settings
SENDS, TRIES = 3, 18  # of one code: 3 of each request, and as many to share
RESEND, UNTIL_IT_EXPIRES = timedelta(seconds=61), timedelta(seconds=300)
FULL_BURST = timedelta(days=10)  # until the phone may get all sends of a code at once


class BestAttacker:
    def __init__(self, clock: time_machine.Traveller, days: int) -> None:
        self.clock = clock
        self.end = timezone.now() + timedelta(days=days)
        self.client = ContractClient()
        self.guesses: Counter[int] = Counter()  # by the length of the code

    def run(self) -> float:
        """The probability that the phone was taken over."""
        self.spend_a_window(stop_at=THRESHOLDS[-1])
        self.clock.shift(timedelta(days=settings.OTP_GROWTH_DAYS))
        self.spend_a_window(stop_at=None)
        return 1 - prod((1 - 10.0**-digits) ** tries for digits, tries in self.guesses.items())

    def is_over(self) -> bool:
        return timezone.now() >= self.end

    def spend_a_window(self, stop_at: int | None) -> None:
        spent = 0
        while not self.is_over() and (stop_at is None or spent < stop_at):
            ahead = [threshold - 1 for threshold in THRESHOLDS if threshold - 1 > spent]
            most = ahead[0] - spent if ahead else TRIES
            if spent < THRESHOLDS[-1]:
                self.clock.shift(FULL_BURST)
            spent += self.guess_at_one_code(most)

    def guess_at_one_code(self, most: int) -> int:
        """How many tries were counted as wrong."""
        spent = 0
        for _ in range(SENDS):
            requested = self.request() if spent < most else None
            if requested is None:
                break
            for bound in (True, True, True, False, False, False):
                if spent < most:
                    spent += self.guess(requested, bound=bound)
            self.clock.shift(RESEND)
        self.clock.shift(UNTIL_IT_EXPIRES)
        return spent

    def request(self) -> dict[str, Any] | None:
        """Waits as long as the API asks for; None where the time is over."""
        while not self.is_over():
            answer = self.client.post("/auth/code", {"phone": ALICE})
            if answer.status_code == 202:
                return dict(answer.json())
            self.clock.shift(answer.json()["retry_after"])
        return None

    def guess(self, requested: dict[str, Any], *, bound: bool) -> int:
        """One try with a wrong code; 1 where it was counted, 0 where no try was left."""
        login = {"phone": ALICE, "code": wrong(requested["code"])}
        if bound:
            login["request_id"] = requested["request_id"]
        refused = self.client.post("/auth/login", login)
        assert refused.status_code == 400
        counted = int(refused.json()["code"] == "code_invalid")
        self.guesses[requested["code_length"]] += counted
        return counted
