"""A simulation of the best attacker on one phone: what the rules give, beside what the arithmetic
of services/risk.py says.
"""

from collections import Counter
from datetime import timedelta
from math import prod

import pytest
import time_machine
from django.utils import timezone

from referral_api.errors import CodeInvalid, Refusal, TooManyRequests
from referral_api.models import LoginChallenge
from referral_api.services import code_requests, login


class BestAttacker:
    """Stays one try below each threshold until there is a fresh code of that length, then spends
    all of its tries.

    They have any number of addresses, use bound and shared tries alike, and rest until a window
    has passed.
    """

    def __init__(self, clock: time_machine.Traveller, *, phone: str, days: int) -> None:
        self.clock, self.phone, self.days = clock, phone, days
        self.start, self.day = timezone.now(), 0
        self.guesses: Counter[int] = Counter()

    def run(self) -> float:
        self.spend_a_window(stop_at=30)
        self.sleep(timedelta(days=183))
        self.spend_a_window(stop_at=None)
        return 1 - prod((1 - 10.0**-digits) ** tries for digits, tries in self.guesses.items())

    def spend_a_window(self, stop_at: int | None) -> None:
        wrong, hold = 0, [9, 29]
        while self.day < self.days and (stop_at is None or wrong < stop_at):
            budget = hold[0] - wrong if hold and wrong < hold[0] else 18
            if wrong < 30:
                self.sleep(timedelta(days=5))  # three sends of one code need a full burst
            spent = self.guess_at_one_code(budget)
            wrong += spent
            hold = [threshold for threshold in hold if threshold > wrong]

    def guess_at_one_code(self, budget: int) -> int:
        spent = 0
        for _ in range(code_requests.MAX_SENDS):
            request = self.request() if spent < budget else None
            if request is None:
                break
            for bound in (True, True, True, False, False, False):
                if spent < budget:
                    spent += self.guess(request, bound=bound)
            self.sleep(timedelta(seconds=61))
        self.sleep(timedelta(seconds=300))
        return spent

    def request(self) -> code_requests.CodeRequested | None:
        while self.day < self.days:
            try:
                return code_requests.reserve(phone=self.phone, network="192.0.2.1")
            except TooManyRequests as refusal:
                self.sleep(timedelta(seconds=refusal.retry_after))
        return None

    def guess(self, request: code_requests.CodeRequested, *, bound: bool) -> int:
        """A wrong code on purpose: whether one guess is right is the probability's matter."""
        length = request.code_length
        right = LoginChallenge.objects.get(phone=self.phone).code
        wrong = f"{(int(right) + 1) % 10**length:0{length}d}"
        request_id = request.request_id if bound else None
        with pytest.raises(Refusal) as refused:
            login.log_in(phone=self.phone, code=wrong, network="192.0.2.1", request_id=request_id)
        evaluated = isinstance(refused.value, CodeInvalid)
        self.guesses[length] += evaluated
        return int(evaluated)

    def sleep(self, time: timedelta) -> None:
        self.clock.shift(time)
        self.day = (timezone.now() - self.start).days
