"""Refreshes and logouts with one refresh token at the same moment."""

from collections import Counter
from functools import partial
from typing import Any

import pytest
import time_machine

from referral_api.models import Session
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import Person
from referral_api.tests.support.races import race, stranger

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 24


def at_once(paths: list[str], token: str) -> list[Any]:
    """The answers to calls with one token, each of another caller."""
    body = {"refresh": token}
    return race(*(partial(stranger(n).post, path, body) for n, path in enumerate(paths)))


def test_many_refreshes_with_one_token_get_the_same_successor(
    clock: time_machine.Traveller, alice: Person
) -> None:
    token = alice.session["refresh"]
    for _ in range(4):
        answers = at_once(["/auth/refresh"] * CALLERS, token)
        assert Counter(answer.status_code for answer in answers) == {200: CALLERS}
        (successor,) = {answer.json()["refresh"] for answer in answers}
        assert successor != token
        token = successor


def test_many_refreshes_with_a_token_spent_long_ago_get_nothing(
    clock: time_machine.Traveller, alice: Person
) -> None:
    spent = alice.session["refresh"]
    at_once(["/auth/refresh"], spent)
    clock.shift(3600)
    answers = at_once(["/auth/refresh"] * CALLERS, spent)
    assert Counter(answer.status_code for answer in answers) == {401: CALLERS}
    assert not Session.objects.exists()


def test_of_refreshes_and_logouts_at_once_a_logout_has_the_last_word(
    clock: time_machine.Traveller, alice: Person
) -> None:
    paths = ["/auth/refresh", "/auth/logout"] * (CALLERS // 2)
    answers = at_once(paths, alice.session["refresh"])
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[204] == 1
    assert set(statuses) <= {200, 204, 401}
    assert not Session.objects.exists()
    for answer in answers:
        if answer.status_code == 200:
            late = ContractClient().post("/auth/refresh", {"refresh": answer.json()["refresh"]})
            assert late.status_code == 401


def test_a_session_that_is_ended_from_the_list_has_no_successor(
    clock: time_machine.Traveller, alice: Person
) -> None:
    (listed,) = alice.client.get("/auth/sessions").json()["items"]
    ends = [partial(alice.client.delete, f"/auth/sessions/{listed['id']}")]
    refresh = {"refresh": alice.session["refresh"]}
    refreshes = [partial(stranger(n).post, "/auth/refresh", refresh) for n in range(CALLERS)]
    ended, *refreshed = race(*ends, *refreshes)
    assert ended.status_code == 204
    assert {answer.status_code for answer in refreshed} <= {200, 401}
    assert not Session.objects.exists()
