"""Refresh tokens: each has one successor; a spent one that comes back late ends its session."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from ninja_jwt.settings import api_settings
from pytest_django import Settings

from referral_api.models import Session, User
from referral_api.tests.support.clock import NOON
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, Person, log_in

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


def expiry(token: str) -> datetime:
    """What the token itself says."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return datetime.fromtimestamp(claims["exp"], UTC)


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


def test_a_spent_token_within_thirty_seconds_gets_the_same_successor_again(
    first: str, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    second = rotated(first)
    clock.shift(29)
    assert rotated(first) == second
    assert rotated(first) == second
    assert refresh(second)[0] == 200


def test_the_access_token_of_a_repeated_answer_is_good(
    first: str, clock: time_machine.Traveller
) -> None:
    rotated(first)
    clock.shift(20)
    _status, again = refresh(first)
    assert again["expires_in"] == 900
    assert ContractClient(bearer=again["access"]).get("/profile").json()["phone"] == ALICE


def test_a_spent_token_after_thirty_seconds_ends_its_session(
    first: str, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    second = rotated(first)
    clock.shift(30)
    assert is_refused(first)
    assert is_refused(second)
    assert not Session.objects.exists()


def test_repeated_answers_do_not_prolong_the_grace(
    first: str, clock: time_machine.Traveller
) -> None:
    second = rotated(first)
    clock.shift(20)
    assert rotated(first) == second
    clock.shift(20)
    assert is_refused(first)
    assert is_refused(second)


def test_an_older_spent_token_ends_its_session_also_within_the_grace(
    first: str, clock: time_machine.Traveller
) -> None:
    second = rotated(first)
    clock.shift(1)
    third = rotated(second)
    clock.shift(1)
    assert is_refused(first)
    assert is_refused(third)


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


def test_a_token_lives_for_thirty_days_from_its_issue(
    first: str, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=29))
    second = rotated(first)
    clock.shift(timedelta(days=29))
    assert refresh(second)[0] == 200


def test_an_expired_token_is_refused(first: str, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=30, seconds=30))
    assert is_refused(first)


def test_a_session_ends_180_days_after_its_login_however_often_refreshed(
    first: str, clock: time_machine.Traveller
) -> None:
    token = first
    for _ in range(8):
        clock.shift(timedelta(days=20))
        token = rotated(token)
    assert expiry(token) == NOON + timedelta(days=180)
    assert Session.objects.get().expires_at == NOON + timedelta(days=180)
    clock.shift(timedelta(days=20, seconds=30))
    assert is_refused(token)


def test_a_session_never_outlives_its_maximum(
    settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.SESSION_MAX = timedelta(hours=1)
    token = log_in(ALICE).session["refresh"]
    assert expiry(token) == NOON + timedelta(hours=1)


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


def test_a_logout_takes_the_token_whose_answer_was_lost(
    first: str, api: ContractClient, clock: time_machine.Traveller
) -> None:
    second = rotated(first)
    clock.shift(29)
    assert api.post("/auth/logout", {"refresh": first}).status_code == 204
    assert is_refused(second)


def test_a_disabled_user_cannot_refresh(first: str) -> None:
    User.objects.update(is_active=False)
    assert is_refused(first)


def test_an_access_token_lives_for_fifteen_minutes(clock: time_machine.Traveller) -> None:
    alice = log_in(ALICE)
    assert expiry(alice.session["access"]) == NOON + timedelta(minutes=15)
    clock.shift(timedelta(minutes=15, seconds=29))
    assert alice.client.get("/profile").status_code == 200
    clock.shift(1)
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
    "claims",
    [
        {"family": 1},
        {"family": "0" * 32},
        {"jti": "x"},
        {"user_id": None},
        {"user_id": 1_000_000},
        {"iat": "x"},
        {"exp": None},
    ],
)
def test_a_token_with_odd_claims_is_refused(claims: dict[str, Any], alice: Person) -> None:
    key, algorithm = api_settings.SIGNING_KEY, api_settings.ALGORITHM
    assert is_refused(forged(alice.session["refresh"], key=key, algorithm=algorithm, **claims))


@pytest.mark.parametrize("user_id", [None, "x", [], {}, "9" * 40, -1, 0, 1.5])
def test_an_access_token_with_an_odd_user_is_refused(user_id: Any, alice: Person) -> None:
    key, algorithm = api_settings.SIGNING_KEY, api_settings.ALGORITHM
    access = forged(alice.session["access"], key=key, algorithm=algorithm, user_id=user_id)
    assert ContractClient(bearer=access).get("/profile").status_code == 401


@pytest.mark.parametrize("session_id", [None, 1, "x", [], {}, ""])
def test_an_access_token_of_an_odd_session_is_refused(session_id: Any, alice: Person) -> None:
    key, algorithm = api_settings.SIGNING_KEY, api_settings.ALGORITHM
    access = forged(alice.session["access"], key=key, algorithm=algorithm, sid=session_id)
    assert ContractClient(bearer=access).get("/profile").status_code == 401


def test_a_spent_token_under_another_user_s_name_ends_nothing(
    first: str, clock: time_machine.Traveller
) -> None:
    second = rotated(first)
    clock.shift(3600)
    key, algorithm = api_settings.SIGNING_KEY, api_settings.ALGORITHM
    assert is_refused(forged(first, key=key, algorithm=algorithm, user_id=1_000_000))
    assert refresh(second)[0] == 200


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "…" * 2000, " "])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert is_refused(token)


def test_no_refresh_token_is_stored_in_clear(alice: Person) -> None:
    row = dict(Session.objects.values().get())
    assert row.pop("user_agent") == ""
    signature = alice.session["refresh"].rpartition(".")[2]
    assert signature not in str(row)
    assert {type(value).__name__ for value in row.values()} <= {
        "UUID",
        "int",
        "datetime",
        "NoneType",
    }


def test_a_session_row_tells_when_it_ends(first: str) -> None:
    assert Session.objects.get().expires_at == expiry(first) == NOON + timedelta(days=30)
