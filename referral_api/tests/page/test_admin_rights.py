"""Who may change users is no superuser, and finds no way to become one.

Each way is tried by a request of its own: what a page does not show can be sent all the same.
"""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from rest_framework.authtoken.models import Token

from referral_api.models import Session, User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Person
from referral_api.tests.support.staff import (
    OTHER_STAFF,
    PASSWORD,
    ROOT,
    STAFF,
    USERS,
    logged_in,
    make_staff,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
NEW = {"password1": "a-password-of-theirs-1", "password2": "a-password-of-theirs-1"}
SET_PASSWORD = NEW | {"usable_password": "true", "set-password": "1"}


@pytest.fixture
def staff() -> Client:
    """May see and change users, and nothing else."""
    User.objects.create_superuser(ROOT, PASSWORD)
    make_staff(OTHER_STAFF, "view_user")
    make_staff(STAFF, "view_user", "change_user")
    return logged_in(STAFF)


def rights_of(phone: str) -> tuple[Any, ...]:
    user = User.objects.get(phone=phone)
    permissions = sorted(user.user_permissions.values_list("codename", flat=True))
    return user.is_active, user.is_staff, user.is_superuser, user.password, permissions


def everything() -> dict[str, Any]:
    """A form that asks for all rights."""
    permissions = list(Permission.objects.values_list("pk", flat=True))
    rights = {"is_active": "on", "is_staff": "on", "is_superuser": "on", "password": "x"}
    return rights | {"user_permissions": permissions}


def page_of(phone: str, page: str = "change") -> str:
    return f"{USERS}{User.objects.get(phone=phone).pk}/{page}/"


@pytest.mark.parametrize("phone", [STAFF, OTHER_STAFF, ROOT])
@pytest.mark.parametrize("extra", [{}, {"_saveasnew": "1"}, {"_continue": "1"}, {"_popup": "1"}])
def test_no_account_of_staff_is_changed_not_even_their_own(
    phone: str, extra: dict[str, str], staff: Client
) -> None:
    before = rights_of(phone)
    assert staff.post(page_of(phone), everything() | extra).status_code == 403
    assert staff.post(page_of(phone), extra).status_code == 403  # would switch it off
    assert rights_of(phone) == before


@pytest.mark.parametrize("phone", [STAFF, OTHER_STAFF, ROOT, ALICE])
def test_no_password_is_set(phone: str, staff: Client, alice: Person) -> None:
    before = rights_of(phone)
    assert staff.get(page_of(phone, "password")).status_code == 403
    for form in (SET_PASSWORD, {"usable_password": "false", "unset-password": "1"}):
        assert staff.post(page_of(phone, "password"), form).status_code == 403
    assert rights_of(phone) == before


def test_no_user_is_made_staff(staff: Client, alice: Person) -> None:
    before = rights_of(ALICE)
    assert staff.post(page_of(ALICE), everything()).status_code == 302
    assert rights_of(ALICE) == before


def test_no_user_is_made_by_saving_another_as_new(staff: Client, alice: Person) -> None:
    new = everything() | {"phone": BOB, "_saveasnew": "1"}
    assert staff.post(page_of(ALICE), new).status_code == 403
    assert not User.objects.filter(phone=BOB).exists()


def test_they_switch_an_account_off_and_on(staff: Client, alice: Person) -> None:
    assert staff.post(page_of(ALICE), {}).status_code == 302
    assert not User.objects.get(phone=ALICE).is_active
    assert staff.post(page_of(ALICE), {"is_active": "on"}).status_code == 302
    assert User.objects.get(phone=ALICE).is_active


def test_the_list_changes_no_account(staff: Client) -> None:
    root = User.objects.get(phone=ROOT)
    before = rights_of(ROOT)
    edited = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(root.pk)}
    staff.post(USERS, edited | {"form-0-is_staff": "", "form-0-is_active": "", "_save": "Save"})
    staff.post(USERS, {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"})
    staff.post(page_of(ROOT, "delete"), {"post": "yes"})
    assert rights_of(ROOT) == before


def test_who_may_delete_users_deletes_none_of_staff(alice: Person) -> None:
    make_staff(OTHER_STAFF, "view_user")
    make_staff(STAFF, "view_user", "delete_user")
    client = logged_in(STAFF)
    assert client.post(page_of(OTHER_STAFF, "delete"), {"post": "yes"}).status_code == 403
    assert client.post(page_of(ALICE, "delete"), {"post": "yes"}).status_code == 302
    phones = User.objects.filter(phone__isnull=False).values_list("phone", flat=True)
    assert set(phones) == {STAFF, OTHER_STAFF}


def test_pages_show_what_they_may_see_and_no_hash(staff: Client, alice: Person) -> None:
    for phone in (STAFF, OTHER_STAFF, ROOT, ALICE):
        page = staff.get(page_of(phone))
        assert page.status_code == 200
        assert b"md5" not in page.content
        assert b"../password/" not in page.content
        assert staff.get(page_of(phone, "history")).status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        "user/?password__startswith=md5",
        "user/?auth_token__key__startswith=0",
        "user/?auth_token__startswith=0",
        "user/?sessions__id__startswith=0",
        "user/?sessions__current_token__isnull=0",
        "activation/?inviter__password__startswith=md5",
        "user/?_to_field=password",
    ],
)
def test_no_filter_finds_out_a_hash_or_a_token(page: str) -> None:
    User.objects.create_superuser(ROOT, PASSWORD)
    assert logged_in(ROOT).get(f"/admin/referral_api/{page}").status_code == 400


@pytest.mark.parametrize("permissions", [[], ["view_user"]])
def test_without_the_permission_nothing_is_changed(permissions: list[str], alice: Person) -> None:
    make_staff(STAFF, *permissions)
    staff = logged_in(STAFF)
    assert staff.post(page_of(ALICE), {}).status_code == 403
    assert staff.post(page_of(ALICE, "password"), SET_PASSWORD).status_code == 403
    assert User.objects.get(phone=ALICE).is_active


def test_a_superuser_gives_rights_and_passwords(alice: Person) -> None:
    User.objects.create_superuser(ROOT, PASSWORD)
    root = logged_in(ROOT)
    assert root.post(page_of(ALICE, "password"), SET_PASSWORD).status_code == 302
    rights = {"is_active": "on", "is_staff": "on"}
    assert root.post(page_of(ALICE), rights).status_code == 302
    form = {"username": ALICE, "password": NEW["password1"]}
    assert Client().post("/admin/login/", form)["Location"] == "/admin/"


def end_access(client: Client, *phones: str) -> str:
    users = User.objects.filter(phone__in=phones).values_list("pk", flat=True)
    form = {"action": "end_access", "_selected_action": list(users)}
    return client.post(USERS, form, follow=True).content.decode()


def test_staff_end_the_sessions_and_the_api_token_of_a_user(
    staff: Client, alice: Person, bob: Person
) -> None:
    token = alice.client.post("/auth/api-token").json()["token"]
    assert "API token are ended: 1." in end_access(staff, ALICE)
    refreshed = ContractClient().post("/auth/refresh", {"refresh": alice.session["refresh"]})
    assert refreshed.status_code == 401
    assert ContractClient(token=token).get("/profile").status_code == 401
    assert list(Session.objects.values_list("user__phone", flat=True)) == [BOB]
    assert LogEntry.objects.get().object_repr == ALICE


def test_only_a_superuser_ends_what_staff_have_open(staff: Client, alice: Person) -> None:
    Token.objects.create(user=User.objects.get(phone=OTHER_STAFF))
    page = end_access(staff, ALICE, OTHER_STAFF)
    assert "API token are ended: 1." in page
    assert "left to superusers" in page
    assert Token.objects.exists()
    assert "API token are ended: 1." in end_access(logged_in(ROOT), OTHER_STAFF)
    assert not Token.objects.exists()


def test_who_may_only_look_ends_nothing(alice: Person) -> None:
    make_staff(STAFF, "view_user")
    end_access(logged_in(STAFF), ALICE)
    assert Session.objects.count() == 1
