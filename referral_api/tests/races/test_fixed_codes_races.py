"""Many requests for the code of one test number at once, on real threads and connections."""

from datetime import date
from functools import partial

import pytest
from pytest_django import Settings

from backend.env import Rate
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE
from referral_api.tests.support.races import race, stranger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _alice_is_a_test_number(settings: Settings) -> None:
    settings.TEST_PHONES = {ALICE: ("0427", date.max)}


def request_codes_at_once(callers: int) -> list[int]:
    body = {"phone": ALICE}
    answers = race(*(partial(stranger(n).post, "/auth/code", body) for n in range(callers)))
    return [answer.status_code for answer in answers]


def test_none_of_twenty_waits_for_another() -> None:
    assert request_codes_at_once(20) == [202] * 20
    login = {"phone": ALICE, "code": "0427"}
    assert ContractClient().post("/auth/login", login).status_code == 200


def test_the_limit_of_a_test_number_is_exact(settings: Settings) -> None:
    settings.LIMIT_CODES_PER_TEST_PHONE = Rate(7, 86_400)
    assert sorted(request_codes_at_once(20)) == [202] * 7 + [429] * 13
