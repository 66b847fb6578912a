"""A user sees the sessions of all their devices, and ends one or all others."""

from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from referral_api.models import Session, User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, Person, log_in, new_bearer

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def listed(client: ContractClient) -> list[dict[str, object]]:
    return list(client.get("/auth/sessions").json()["items"])


def current_id(person: Person) -> str:
    (current,) = [one["id"] for one in listed(person.client) if one["is_current"]]
    return str(current)


def goes_on(person: Person) -> bool:
    answer = ContractClient().post("/auth/refresh", {"refresh": person.session["refresh"]})
    return bool(answer.status_code == 200)


def log_in_as(user_agent: str) -> Person:
    return log_in(ALICE, user_agent=user_agent)


def test_the_list_has_each_login_the_newest_use_first(
    clock: time_machine.Traveller, alice: Person
) -> None:
    clock.shift(60)
    phone = log_in_as(FIREFOX)
    clock.shift(60)
    tokens = ContractClient().post("/auth/refresh", {"refresh": alice.session["refresh"]}).json()
    first, second = listed(ContractClient(bearer=tokens["access"]))
    assert (first["created_at"], first["last_used_at"]) == (
        "2026-05-01T12:00:00Z",
        "2026-05-01T12:02:00Z",
    )
    assert (second["created_at"], second["user_agent"]) == ("2026-05-01T12:01:00Z", FIREFOX)
    assert (first["is_current"], second["is_current"]) == (True, False)
    assert second["id"] == current_id(phone)


def test_the_list_says_when_a_session_ends_and_leaves_out_what_has_ended(
    clock: time_machine.Traveller, settings: Settings, alice: Person
) -> None:
    assert listed(alice.client)[0]["expires_at"] == "2026-05-31T12:00:00Z"
    clock.shift(settings.REFRESH_TOKEN_TTL + settings.CLOCK_LEEWAY)
    (session,) = listed(log_in(ALICE).client)
    assert session["created_at"] == "2026-05-31T12:00:30Z"


def test_a_user_agent_is_kept_as_sent_up_to_two_hundred_characters(db: None) -> None:
    log_in_as("Ünlü/1 <b>" + "x" * 300)
    (session,) = listed(ContractClient(bearer=new_bearer(User.objects.get())))[1:]
    assert session["user_agent"] == ("Ünlü/1 <b>" + "x" * 300)[:200]


def test_a_login_without_a_user_agent_has_an_empty_one(alice: Person) -> None:
    assert [session["user_agent"] for session in listed(alice.client)] == [""]


def test_at_most_a_hundred_are_listed(clock: time_machine.Traveller, alice: Person) -> None:
    user = User.objects.get()
    for _ in range(100):
        new_bearer(user)
    clock.shift(1)
    new_bearer(user)
    found = listed(alice.client)
    assert len(found) == 100
    assert found[0]["created_at"] == "2026-05-01T12:00:01Z"


def test_nobody_sees_or_ends_the_session_of_another(alice: Person, bob: Person) -> None:
    assert len(listed(bob.client)) == 1
    assert bob.client.delete(f"/auth/sessions/{current_id(alice)}").status_code == 204
    assert goes_on(alice)


def test_a_session_that_was_ended_gets_no_token_any_more(alice: Person) -> None:
    lost = log_in(ALICE)
    path = f"/auth/sessions/{current_id(lost)}"
    assert [alice.client.delete(path).status_code for _ in range(2)] == [204, 204]
    assert not goes_on(lost)
    assert goes_on(alice)


def test_an_id_that_is_none_is_invalid(alice: Person) -> None:
    answer = alice.client.delete("/auth/sessions/7")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/session_id"]


def test_all_others_are_ended_and_the_own_session_goes_on(alice: Person, bob: Person) -> None:
    others = [log_in(ALICE) for _ in range(2)]
    assert alice.client.delete("/auth/sessions").status_code == 204
    assert [goes_on(other) for other in others] == [False, False]
    assert goes_on(alice)
    assert goes_on(bob)


def test_a_session_that_has_ended_ends_no_others(alice: Person) -> None:
    thief = log_in(ALICE)
    alice.client.delete(f"/auth/sessions/{current_id(thief)}")
    assert thief.client.delete("/auth/sessions").status_code == 401
    assert goes_on(alice)


def test_an_api_token_lists_and_ends_sessions_but_has_none_of_its_own(alice: Person) -> None:
    token = alice.client.post("/auth/api-token").json()["token"]
    script = ContractClient(token=token)
    assert [session["is_current"] for session in listed(script)] == [False]
    assert script.delete("/auth/sessions").status_code == 401
    assert script.delete(f"/auth/sessions/{current_id(alice)}").status_code == 204
    assert listed(script) == []


@pytest.mark.parametrize(
    "path", ["/auth/sessions", "/auth/sessions/4f7d2b0a-3c58-4e0e-8f4b-1f0c9a7d5e21"]
)
def test_a_disabled_account_is_refused(path: str, alice: Person) -> None:
    User.objects.update(is_active=False)
    assert alice.client.get("/auth/sessions").status_code == 401
    assert alice.client.delete(path).status_code == 401
    assert Session.objects.count() == 1


def test_a_session_that_was_never_refreshed_was_used_at_its_login(
    clock: time_machine.Traveller, alice: Person
) -> None:
    clock.shift(timedelta(minutes=5))
    (session,) = listed(alice.client)
    assert session["last_used_at"] == session["created_at"]
