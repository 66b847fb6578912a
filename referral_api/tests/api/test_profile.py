"""`GET /profile`."""

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from referral_api.models import User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.many_users import invite
from referral_api.tests.support.people import ALICE, BOB, CHARLIE, Person
from referral_api.tests.support.plans import rows_read

pytestmark = pytest.mark.django_db


def test_a_new_user_sees_phone_code_and_link_and_nobody_else(
    alice: Person, settings: Settings
) -> None:
    code = User.objects.get().invite_code
    assert alice.client.get("/profile").json() == {
        "phone": ALICE,
        "invite_code": code,
        "invite_link": f"{settings.PUBLIC_URL}/i/{code}",
        "activated_invite_code": None,
        "activated_at": None,
        "invited_users": {"total": 0, "items": [], "next_cursor": None},
    }


def test_only_direct_invitees_are_shown(alice: Person, bob: Person, charlie: Person) -> None:
    bob.activate(alice.invite_code)
    charlie.activate(bob.invite_code)
    assert [item["phone"] for item in alice.profile()["invited_users"]["items"]] == [BOB]
    assert [item["phone"] for item in bob.profile()["invited_users"]["items"]] == [CHARLIE]
    assert charlie.profile()["invited_users"]["total"] == 0


def test_the_first_fifty_invited_are_shown(alice: Person) -> None:
    invite(ALICE, 51)
    page = alice.profile()["invited_users"]
    assert (page["total"], len(page["items"])) == (51, 50)
    rest = alice.client.get("/profile/invited-users", cursor=page["next_cursor"]).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)


def test_invited_phones_may_be_masked(alice: Person, bob: Person, settings: Settings) -> None:
    settings.INVITED_PHONES = "masked"
    bob.activate(alice.invite_code)
    assert alice.profile()["invited_users"]["items"][0]["phone"] == "+7916*****02"
    assert bob.profile()["phone"] == BOB


def test_who_is_disabled_sees_nothing(alice: Person) -> None:
    User.objects.update(is_active=False)
    answer = alice.client.get("/profile")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_who_is_deleted_sees_nothing(alice: Person) -> None:
    User.objects.get().delete()
    assert alice.client.get("/profile").status_code == 401


def test_who_is_not_logged_in_sees_nothing(api: ContractClient) -> None:
    assert api.get("/profile").status_code == 401


def rows_of_profile(person: Person) -> int:
    before = rows_read()
    person.profile()
    return rows_read() - before


def test_the_cost_does_not_grow_with_the_invited(
    alice: Person, charlie: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    invite(ALICE, 10)
    invite(CHARLIE, 5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referral_api_user, referral_api_activation")
    for person in (alice, charlie):
        with django_assert_num_queries(1):
            person.profile()
    assert rows_of_profile(alice) <= 2 * 10 + 10
    assert rows_of_profile(charlie) <= 2 * 50 + 10
