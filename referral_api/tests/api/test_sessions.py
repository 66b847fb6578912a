"""Refresh tokens: each is good once; a spent one that comes back ends its own session."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import jwt
import pytest
import time_machine
from ninja_jwt.settings import api_settings

from referral_api.models import Session, User
from referral_api.tests.support.clock import NOON
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, Person, log_in
from referral_api.tests.support.races import race, stranger

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(clock: time_machine.Traveller, db: None) -> str:
    """The refresh token of a login."""
    return str(log_in(ALICE).session["refresh"])


def refresh(token: str) -> tuple[int, dict[str, Any]]:
    answer = ContractClient().post("/auth/refresh", {"refresh": token})
    return answer.status_code, answer.json()


def rotated(token: str) -> str:
    status, session = refresh(token)
    assert status == 200, session
    return str(session["refresh"])


def is_refused(token: str) -> bool:
    status, body = refresh(token)
    return (status, body.get("code")) == (401, "token_invalid")


def test_a_refresh_token_buys_a_new_pair(first: str, clock: time_machine.Traveller) -> None:
    clock.shift(1)
    status, session = refresh(first)
    assert status == 200
    assert (session["token_type"], session["expires_in"]) == ("Bearer", 900)
    assert set(session) == {"access", "refresh", "token_type", "expires_in"}
    assert session["refresh"] != first
    assert ContractClient(bearer=session["access"]).get("/profile").json()["phone"] == ALICE


def test_a_spent_token_within_ten_seconds_is_merely_refused(
    first: str, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    second = rotated(first)
    clock.shift(9)
    assert is_refused(first)
    assert refresh(second)[0] == 200


def test_a_spent_token_after_ten_seconds_ends_its_session(
    first: str, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    second = rotated(first)
    clock.shift(11)
    assert is_refused(first)
    assert is_refused(second)
    assert not Session.objects.exists()


def test_a_spent_token_ends_no_other_login(first: str, clock: time_machine.Traveller) -> None:
    other = log_in(ALICE).session["refresh"]
    rotated(first)
    clock.shift(3600)
    assert is_refused(first)
    assert refresh(other)[0] == 200


def test_a_token_spent_long_ago_ends_its_session_also_right_after_a_rotation(
    first: str, clock: time_machine.Traveller
) -> None:
    second = rotated(first)
    clock.shift(3600)
    third = rotated(second)
    assert is_refused(first)
    assert is_refused(third)


def test_the_grace_of_a_token_counts_from_its_own_rotation(
    first: str, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    second = rotated(first)
    clock.shift(4)
    third = rotated(second)
    clock.shift(4)
    assert is_refused(first)  # rotated eight seconds ago
    assert refresh(third)[0] == 200


def test_a_token_lives_for_thirty_days_from_its_issue(
    first: str, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=29))
    second = rotated(first)
    clock.shift(timedelta(days=29))
    assert refresh(second)[0] == 200


def test_an_expired_token_is_refused(first: str, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=30, seconds=1))
    assert is_refused(first)


def test_a_logout_ends_its_session_alone(first: str, api: ContractClient) -> None:
    other = log_in(ALICE).session["refresh"]
    assert api.post("/auth/logout", {"refresh": first}).status_code == 204
    assert is_refused(first)
    assert refresh(other)[0] == 200


def test_a_second_logout_is_refused(first: str, api: ContractClient) -> None:
    api.post("/auth/logout", {"refresh": first})
    assert api.post("/auth/logout", {"refresh": first}).json()["code"] == "token_invalid"


def test_a_logout_with_a_spent_token_ends_its_session(
    first: str, api: ContractClient, clock: time_machine.Traveller
) -> None:
    second = rotated(first)
    clock.shift(3600)
    assert api.post("/auth/logout", {"refresh": first}).status_code == 401
    assert is_refused(second)


def test_a_disabled_user_cannot_refresh(first: str) -> None:
    User.objects.update(is_active=False)
    assert is_refused(first)


def test_an_access_token_lives_for_fifteen_minutes(clock: time_machine.Traveller) -> None:
    alice = log_in(ALICE)
    clock.shift(899)
    assert alice.client.get("/profile").status_code == 200
    clock.shift(2)
    assert alice.client.get("/profile").status_code == 401


def test_neither_token_serves_as_the_other(alice: Person) -> None:
    assert is_refused(alice.session["access"])
    assert ContractClient(bearer=alice.session["refresh"]).get("/profile").status_code == 401


def forged(token: str, *, key: str, algorithm: str, **claims: Any) -> str:
    payload = jwt.decode(token, options={"verify_signature": False}) | claims
    return jwt.encode(payload, key, algorithm=algorithm)


@pytest.mark.parametrize(
    ("key", "algorithm"), [("", "none"), ("k" * 64, "HS256"), ("k" * 64, "HS512")]
)
def test_a_forged_token_is_refused(key: str, algorithm: str, alice: Person) -> None:
    access = forged(alice.session["access"], key=key, algorithm=algorithm)
    assert ContractClient(bearer=access).get("/profile").status_code == 401
    assert is_refused(forged(alice.session["refresh"], key=key, algorithm=algorithm))


@pytest.mark.parametrize(
    "claims", [{"family": 1}, {"jti": "x"}, {"user_id": None}, {"iat": "x"}, {"family": "0" * 32}]
)
def test_a_token_with_odd_claims_is_refused(claims: dict[str, Any], alice: Person) -> None:
    key, algorithm = api_settings.SIGNING_KEY, api_settings.ALGORITHM
    assert is_refused(forged(alice.session["refresh"], key=key, algorithm=algorithm, **claims))


@pytest.mark.parametrize("user_id", [None, "x", [], {}, "9" * 40, -1, 0, 1.5])
def test_an_access_token_with_an_odd_user_is_refused(user_id: Any, alice: Person) -> None:
    key, algorithm = api_settings.SIGNING_KEY, api_settings.ALGORITHM
    access = forged(alice.session["access"], key=key, algorithm=algorithm, user_id=user_id)
    assert ContractClient(bearer=access).get("/profile").status_code == 401


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "…" * 4096, " "])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert is_refused(token)


def test_no_refresh_token_is_stored_in_clear(alice: Person) -> None:
    (row,) = Session.objects.values()
    signature = alice.session["refresh"].rpartition(".")[2]
    assert signature not in str(row)
    assert {type(value).__name__ for value in row.values()} <= {"UUID", "int", "datetime", "dict"}
    assert row["spent_tokens"] == {}


@pytest.mark.django_db(transaction=True)
def test_of_ten_refreshes_of_one_token_at_once_one_gets_a_pair(
    clock: time_machine.Traveller, alice: Person
) -> None:
    token = alice.session["refresh"]
    for _ in range(10):
        answers = race(
            *(partial(stranger(n).post, "/auth/refresh", {"refresh": token}) for n in range(10))
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 9}
        (token,) = (answer.json()["refresh"] for answer in answers if answer.status_code == 200)
    assert refresh(token)[0] == 200  # second tabs did no harm


@pytest.mark.django_db(transaction=True)
def test_a_refresh_and_a_logout_at_once_leave_no_live_session_of_the_old_token(
    clock: time_machine.Traveller, alice: Person
) -> None:
    token = {"refresh": alice.session["refresh"]}
    paths = ["/auth/refresh", "/auth/logout"] * 5
    answers = race(*(partial(stranger(n).post, path, token) for n, path in enumerate(paths)))
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[200] + statuses[204] == 1
    assert statuses[401] == 9
    assert is_refused(alice.session["refresh"])


def test_a_session_row_tells_when_it_ends(first: str) -> None:
    assert Session.objects.get().expires_at == NOON + timedelta(days=30)
