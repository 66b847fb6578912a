"""`GET /profile/invited-users`: pages that neither skip nor repeat."""

import base64
import struct
from datetime import timedelta
from typing import Any

import pytest

from referral_api.models import User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.many_users import PREFIX, invite
from referral_api.tests.support.people import ALICE, BOB, CHARLIE, Person

pytestmark = pytest.mark.django_db
OVERFLOW = base64.urlsafe_b64encode(struct.pack(">qq", 2**63 - 1, 1)).decode().rstrip("=")


def page(person: Person, **query: Any) -> dict[str, Any]:
    return dict(person.client.get("/profile/invited-users", **query).json())


def walk(person: Person, limit: int) -> list[str]:
    """The phones of all pages, by way of the cursors."""
    found, query = [], {"limit": limit}
    while True:
        read = page(person, **query)
        found += [item["phone"] for item in read["items"]]
        if read["next_cursor"] is None:
            return found
        assert len(read["items"]) == limit
        query["cursor"] = read["next_cursor"]


def newest_first(size: int) -> list[str]:
    newest = User.objects.filter(phone__startswith=PREFIX).order_by("-id")[:size]
    return [str(user) for user in newest]


def test_nobody_was_invited_yet(alice: Person) -> None:
    assert page(alice) == {"total": 0, "items": [], "next_cursor": None}


@pytest.mark.parametrize("limit", [1, 2, 7, 8, 200])
def test_the_pages_show_everybody_once_the_newest_first(limit: int, alice: Person) -> None:
    invite(ALICE, 7)
    assert walk(alice, limit) == newest_first(7)


@pytest.mark.parametrize("limit", [1, 3])
def test_nobody_is_lost_among_activations_of_one_moment(limit: int, alice: Person) -> None:
    invite(ALICE, 7, apart=timedelta())
    assert walk(alice, limit) == newest_first(7)


def test_each_page_tells_the_total(alice: Person) -> None:
    invite(ALICE, 3)
    first = page(alice, limit=2)
    assert (first["total"], page(alice, limit=2, cursor=first["next_cursor"])["total"]) == (3, 3)


def test_a_page_has_fifty_by_default_and_two_hundred_at_most(alice: Person) -> None:
    invite(ALICE, 201)
    assert (len(page(alice)["items"]), len(page(alice, limit=200)["items"])) == (50, 200)


def test_who_comes_meanwhile_moves_no_page(alice: Person, bob: Person) -> None:
    invite(ALICE, 4)
    first = page(alice, limit=2)
    bob.activate(alice.invite_code)
    second = page(alice, limit=2, cursor=first["next_cursor"])
    assert [item["phone"] for item in first["items"] + second["items"]] == newest_first(4)


def test_a_cursor_of_another_list_shows_nobody_of_it(alice: Person, charlie: Person) -> None:
    invite(ALICE, 3)
    invite(CHARLIE, 3)
    cursor = page(alice, limit=1)["next_cursor"]
    seen = {item["phone"] for item in page(charlie, cursor=cursor)["items"]}
    assert not seen & {item["phone"] for item in page(alice)["items"]}


@pytest.mark.parametrize(
    "cursor", ["x", "!!!!", "A" * 22 + "A" * 8, "ключ", "\0", "1", "A" * 65, OVERFLOW]
)
def test_a_bad_cursor_is_invalid(cursor: str, alice: Person) -> None:
    answer = alice.client.get("/profile/invited-users", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/cursor"]


def test_an_empty_cursor_is_none(alice: Person) -> None:
    invite(ALICE, 2)
    assert page(alice, cursor="", limit=1) == page(alice, limit=1)


LIMITS = ["0", "201", "-1", "x", "1.5", "", "1_0", "+10", " 10 ", "10\n", "1e1", "٥", "9" * 5000]


@pytest.mark.parametrize("limit", LIMITS, ids=ascii)
def test_a_bad_limit_is_invalid(limit: str, alice: Person) -> None:
    answer = alice.client.get("/profile/invited-users", limit=limit)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/limit"]


def test_only_direct_invitees_are_listed(alice: Person, bob: Person, charlie: Person) -> None:
    bob.activate(alice.invite_code)
    charlie.activate(bob.invite_code)
    assert [item["phone"] for item in page(alice)["items"]] == [BOB]


def test_the_disabled_and_the_anonymous_see_nobody(alice: Person, api: ContractClient) -> None:
    User.objects.update(is_active=False)
    for client in (alice.client, api):
        assert client.get("/profile/invited-users").status_code == 401
