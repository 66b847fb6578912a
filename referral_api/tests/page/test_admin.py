"""The admin: staff look, and switch accounts off. It cannot do what the rules forbid."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.authtoken.models import Token

from referral_api.models import Activation, Session, User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Person, new_bearer
from referral_api.tests.support.staff import PASSWORD, ROOT, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(quick_passwords: None) -> Client:
    User.objects.create_superuser(ROOT, PASSWORD)
    return logged_in(ROOT)


def test_who_is_no_staff_does_not_come_in(alice: Person) -> None:
    user = User.objects.get(phone=ALICE)
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    assert (
        client.post("/admin/login/", {"username": ALICE, "password": PASSWORD}).status_code == 200
    )
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_user_of_the_api_has_no_usable_password(alice: Person) -> None:
    assert not User.objects.get(phone=ALICE).has_usable_password()


def test_staff_find_a_user_by_phone_or_invite_code(
    staff: Client, alice: Person, bob: Person
) -> None:
    for text in (ALICE, alice.invite_code):
        page = staff.get("/admin/referral_api/user/", {"q": text}).content.decode()
        assert (ALICE in page, BOB in page) == (True, False)


def test_staff_switch_an_account_off(staff: Client, alice: Person) -> None:
    user = User.objects.get(phone=ALICE)
    answer = staff.post(
        f"/admin/referral_api/user/{user.pk}/change/", {"phone": BOB, "invite_code": "K7M2PX"}
    )
    assert answer.status_code == 302
    after = User.objects.get(pk=user.pk)
    assert (after.is_active, after.phone, after.invite_code) == (False, ALICE, user.invite_code)
    assert alice.client.get("/profile").status_code == 401


@pytest.fixture
def alices_page(alice: Person) -> str:
    """Where staff change Alice."""
    return f"/admin/referral_api/user/{User.objects.get(phone=ALICE).pk}/change/"


def test_an_account_that_is_switched_off_loses_its_sessions_and_its_api_token(
    staff: Client, alices_page: str, alice: Person, bob: Person
) -> None:
    alice.client.post("/auth/api-token")
    bob.client.post("/auth/api-token")
    staff.post(alices_page, {})
    assert [session.user.phone for session in Session.objects.all()] == [BOB]
    assert [token.user.phone for token in Token.objects.all()] == [BOB]


def test_an_account_that_is_switched_on_again_finds_nothing_of_before(
    staff: Client, alices_page: str, alice: Person
) -> None:
    token = alice.client.post("/auth/api-token").json()["token"]
    staff.post(alices_page, {})
    staff.post(alices_page, {"is_active": "on"})
    assert User.objects.get(phone=ALICE).is_active
    refresh = {"refresh": alice.session["refresh"]}
    assert ContractClient().post("/auth/refresh", refresh).status_code == 401
    assert ContractClient(token=token).get("/profile").status_code == 401
    assert alice.client.post("/auth/api-token").status_code == 401


def test_a_session_that_began_while_the_account_was_switched_off_is_not_brought_back(
    staff: Client, alices_page: str, alice: Person
) -> None:
    staff.post(alices_page, {})
    new_bearer(User.objects.get(phone=ALICE))  # a login that had just been let in
    staff.post(alices_page, {"is_active": "on"})
    assert not Session.objects.exists()


def test_another_change_of_an_account_ends_nothing(
    staff: Client, alices_page: str, alice: Person
) -> None:
    staff.post(alices_page, {"is_active": "on", "is_staff": "on"})
    assert User.objects.get(phone=ALICE).is_staff
    refresh = {"refresh": alice.session["refresh"]}
    assert ContractClient().post("/auth/refresh", refresh).status_code == 200


@pytest.mark.parametrize("page", ["user/add/", "activation/add/", "activation/{bob}/delete/"])
def test_no_user_is_made_and_no_activation_made_or_deleted_here(
    page: str, staff: Client, alice: Person, bob: Person
) -> None:
    bob.activate(alice.invite_code)
    ids = {"user": User.objects.get(phone=ALICE).pk, "bob": User.objects.get(phone=BOB).pk}
    assert (
        staff.post(f"/admin/referral_api/{page.format(**ids)}", {"post": "yes"}).status_code == 403
    )
    assert Activation.objects.count() == 1


def test_an_account_is_deleted_and_the_log_of_the_admin_forgets_its_phone(
    staff: Client, alices_page: str, alice: Person
) -> None:
    staff.post(alices_page, {"is_active": "on"})
    delete = alices_page.replace("change", "delete")
    assert ALICE in staff.get(delete).content.decode()
    assert staff.post(delete, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(phone=ALICE).exists()
    assert alice.client.get("/profile").status_code == 401
    assert not LogEntry.objects.filter(object_repr__contains=ALICE).exists()
    assert staff.get(alices_page).status_code == 302  # there is no such account


def test_an_activation_is_shown_and_not_changed(
    staff: Client, alice: Person, bob: Person, charlie: Person
) -> None:
    bob.activate(alice.invite_code)
    activation = Activation.objects.get()
    assert ALICE in staff.get("/admin/referral_api/activation/").content.decode()
    change = f"/admin/referral_api/activation/{activation.pk}/change/"
    assert staff.get(change).status_code == 200
    assert (
        staff.post(change, {"inviter": User.objects.get(phone="+79161234503").pk}).status_code
        == 403
    )


def test_only_users_and_activations_are_shown(staff: Client) -> None:
    shown = set(re.findall(r'href="/admin/(\w+/\w+)/', staff.get("/admin/").content.decode()))
    assert shown == {"referral_api/user", "referral_api/activation"}
    assert staff.get("/admin/auth/group/").status_code == 404


def test_no_page_shows_an_api_token(staff: Client, alice: Person) -> None:
    alice.client.post("/auth/api-token")
    assert "authtoken" not in staff.get("/admin/").content.decode()
    assert staff.get("/admin/authtoken/tokenproxy/").status_code == 404
    user = User.objects.get(phone=ALICE)
    page = staff.get(f"/admin/referral_api/user/{user.pk}/change/").content.decode()
    assert Token.objects.get(user=user).key not in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("is_staff__exact=1", False),
        ("is_active__exact=1", True),
        ("is_active=1&o=-1&_facets=True", True),
    ],
)
def test_the_list_is_filtered_and_sorted(
    query: str, shown: bool, staff: Client, alice: Person
) -> None:
    page = staff.get(f"/admin/referral_api/user/?{query}")
    assert page.status_code == 200
    assert (ALICE in page.content.decode()) == shown


@pytest.mark.parametrize(
    "page", ["", "referral_api/user/", "referral_api/activation/", "password_change/"]
)
def test_every_page_opens(page: str, staff: Client, alice: Person, bob: Person) -> None:
    bob.activate(alice.invite_code)
    assert staff.get(f"/admin/{page}").status_code == 200


def test_the_list_of_activations_asks_the_same_of_few_and_many(
    staff: Client, alice: Person, bob: Person, charlie: Person
) -> None:
    counts = []
    for person in (bob, charlie):
        person.activate(alice.invite_code)
        with CaptureQueriesContext(connection) as queries:
            staff.get("/admin/referral_api/activation/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
