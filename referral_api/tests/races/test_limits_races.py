"""Many at once: not one unit over a limit, and no stranger in the requester's way."""

from functools import partial

import pytest
import time_machine
from pytest_django import Settings

from backend.env import Rate
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import LimitState, WrongTries
from referral_api.services import limits
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, Requester
from referral_api.tests.support.races import race, stranger

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_requests_of_one_address_at_once_get_its_burst(settings: Settings) -> None:
    settings.LIMIT_SMS_PER_IP = Rate(20, 86_400)
    phones = [f"+7916123{n:04d}" for n in range(50)]
    answers = race(*(partial(ask, ContractClient(), phone) for phone in phones))
    assert sorted(answers) == [202] * 20 + [429] * 30


def test_fifty_requests_for_one_phone_at_once_get_one_code(sent: SmsOutbox) -> None:
    answers = race(*(partial(ask, stranger(n), ALICE) for n in range(50)))
    assert sorted(answers) == [202] + [429] * 49
    assert len(sent.messages) == 1


def test_fifty_failed_logins_of_one_address_at_once_get_its_burst(settings: Settings) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(7, 86_400)
    answers = race(*(partial(guess, ContractClient()) for _ in range(50)))
    assert sorted(answers) == [400] * 7 + [429] * 43


def test_units_spent_and_given_back_at_once_leave_the_limit_as_it_was(settings: Settings) -> None:
    settings.LIMIT_SMS_PER_DAY = Rate(1000, 86_400)
    unit = limits.sms_of_site.of("all")

    def spend_and_give_back() -> None:
        limits.spend([unit])
        limits.give_back([unit])

    limits.spend([unit])
    before = LimitState.objects.get().spent_until
    race(*[spend_and_give_back] * 40)
    assert abs(LimitState.objects.get().spent_until - before) < unit.step


def test_two_limits_spent_crosswise_at_once_do_not_wait_for_each_other() -> None:
    one, other = limits.sms_to_phone.of("one"), limits.sms_from_network.of("other")
    race(*[partial(limits.spend, [one, other]), partial(limits.spend, [other, one])] * 20)
    assert LimitState.objects.count() == 2


def test_a_thousand_wrong_tries_of_strangers_leave_the_requester_their_own(
    clock: time_machine.Traveller,
) -> None:
    requester = Requester(ALICE)

    def hundred_tries(first: int) -> set[int]:
        return {guess(stranger(first + n)) for n in range(100)}

    assert race(*(partial(hundred_tries, 1 + 100 * n) for n in range(10))) == [{400}] * 10
    assert WrongTries.objects.get(phone=ALICE).tries == 3
    assert requester.bound(requester.code)[0] == 200


def ask(client: ContractClient, phone: str) -> int:
    return int(client.post("/auth/code", {"phone": phone}).status_code)


def guess(client: ContractClient) -> int:
    return int(client.post("/auth/login", {"phone": ALICE, "code": "999999999"}).status_code)
