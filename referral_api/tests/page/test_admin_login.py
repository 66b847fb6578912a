"""The password login of staff: in any spelling, and limited without keeping staff out."""

from http.cookies import Morsel

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from backend.env import Rate
from referral_api.models import LimitState, User
from referral_api.tests.support.people import ALICE, Person
from referral_api.tests.support.staff import (
    OTHER_STAFF,
    PASSWORD,
    ROOT,
    STAFF,
    logged_in,
    make_staff,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_passwords")]
LOGIN = "/admin/login/"
LIMITED = "Try again in"


@pytest.fixture
def staff() -> User:
    return make_staff(STAFF)


def try_password(client: Client, phone: str, password: str = "wrong") -> str:
    """What the page says; empty after the right password."""
    answer = client.post(LOGIN, {"username": phone, "password": password})
    return "" if answer.status_code == 302 else answer.content.decode()


def stranger(number: int) -> Client:
    """Each from another network."""
    return Client(REMOTE_ADDR=f"192.0.2.{number}")


def cookie_of(client: Client) -> Morsel[str]:
    return client.cookies["staff_browser"]


@pytest.mark.parametrize(
    "spelling", ["8 (916) 999-99-02", "9169999902", " +7 916 999 99 02 ", STAFF]
)
def test_the_phone_is_read_in_any_spelling(spelling: str, staff: User) -> None:
    assert try_password(Client(), spelling, PASSWORD) == ""


def test_what_is_no_phone_is_told_and_costs_nothing(settings: Settings) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 3600)
    for typed in ("12", "admin", "9" * 300):
        assert "This is not a valid phone number." in try_password(Client(), typed)
    assert not LimitState.objects.exists()


def test_a_number_that_libphonenumber_does_not_know_still_logs_in() -> None:
    make_staff("+70000000001")
    assert try_password(Client(), "+70000000001", PASSWORD) == ""


def test_wrong_passwords_for_an_account_are_limited_over_all_networks(
    staff: User, settings: Settings
) -> None:
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(3, 3600)
    pages = [try_password(stranger(number), STAFF) for number in range(1, 5)]
    assert [LIMITED in page for page in pages] == [False, False, False, True]
    assert LIMITED in try_password(stranger(5), STAFF, PASSWORD)  # a guess that is right


def test_the_limit_does_not_tell_who_is_staff(
    staff: User, alice: Person, settings: Settings
) -> None:
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(2, 3600)
    for phone in (STAFF, ALICE, "+79161234599"):
        pages = [try_password(stranger(number), phone) for number in range(1, 4)]
        assert [LIMITED in page for page in pages] == [False, False, True]


def test_all_spellings_of_a_phone_share_the_limit(staff: User, settings: Settings) -> None:
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(1, 3600)
    assert LIMITED not in try_password(stranger(1), "8 916 999 99 02")
    assert LIMITED in try_password(stranger(2), "(916) 999-99-02")


def test_the_right_password_costs_nothing(staff: User, settings: Settings) -> None:
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 3600)
    assert [try_password(Client(), STAFF, PASSWORD) for _ in range(3)] == ["", "", ""]
    assert LIMITED not in try_password(Client(), STAFF)


def test_strangers_do_not_keep_staff_out_of_a_browser_that_they_have_used(
    staff: User, settings: Settings
) -> None:
    client = logged_in(STAFF)
    client.post("/admin/logout/")
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 86_400)
    try_password(Client(), STAFF)  # of the same network
    assert LIMITED in try_password(Client(), STAFF, PASSWORD)
    assert try_password(client, STAFF, PASSWORD) == ""


def test_a_known_browser_has_a_limit_of_its_own(
    staff: User, settings: Settings, clock: time_machine.Traveller
) -> None:
    client = logged_in(STAFF)
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(2, 3600)
    pages = [try_password(client, STAFF) for _ in range(3)]
    assert [LIMITED in page for page in pages] == [False, False, True]
    assert LIMITED in try_password(client, STAFF, PASSWORD)
    clock.shift(1800)
    assert try_password(client, STAFF, PASSWORD) == ""
    assert LIMITED not in try_password(client, STAFF)
    assert LIMITED in try_password(client, STAFF)  # the login has not made it another browser


def test_a_browser_is_known_for_one_account_alone(staff: User, settings: Settings) -> None:
    make_staff(OTHER_STAFF)
    client = logged_in(STAFF)
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(1, 3600)
    try_password(stranger(1), OTHER_STAFF)
    assert LIMITED in try_password(client, OTHER_STAFF, PASSWORD)


@pytest.mark.parametrize("forged", ["", "x", "0123456789abcdef0123456789abcdef:1wAAAA:xxxx"])
def test_a_forged_cookie_is_none(forged: str, staff: User, settings: Settings) -> None:
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(1, 3600)
    try_password(stranger(1), STAFF)
    client = Client()
    client.cookies["staff_browser"] = forged
    assert LIMITED in try_password(client, STAFF, PASSWORD)


def test_the_cookie_comes_after_the_right_password_alone_and_names_no_phone(staff: User) -> None:
    client = Client()
    try_password(client, STAFF)
    assert "staff_browser" not in client.cookies
    cookie = cookie_of(logged_in(STAFF))
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/", True, "Strict")
    assert STAFF.removeprefix("+") not in cookie.value


def test_over_https_the_cookie_travels_over_https_alone(staff: User, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert cookie_of(logged_in(STAFF))["secure"]


def test_a_user_of_the_api_who_is_no_staff_gets_no_cookie(alice: Person) -> None:
    user = User.objects.get(phone=ALICE)
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    assert try_password(client, ALICE, PASSWORD) != ""
    assert "staff_browser" not in client.cookies


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("https://evil.example/", "/admin/"),
        ("//evil.example", "/admin/"),
        ("", "/admin/"),
        ("/admin/referral_api/user/", "/admin/referral_api/user/"),
    ],
)
def test_a_login_ends_in_the_admin(asked: str, expected: str, staff: User) -> None:
    form = {"username": STAFF, "password": PASSWORD}
    answer = Client().post(LOGIN, form, query_params={"next": asked})
    assert (answer.status_code, answer["Location"]) == (302, expected)


def change_password(client: Client, old: str) -> str:
    new = {"new_password1": "a-password-of-theirs-1", "new_password2": "a-password-of-theirs-1"}
    answer = client.post("/admin/password_change/", new | {"old_password": old}, follow=True)
    return answer.content.decode()


def test_a_stolen_session_does_not_serve_to_guess_the_password(
    staff: User, settings: Settings
) -> None:
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(2, 3600)
    client = logged_in(STAFF)
    pages = [change_password(client, "wrong") for _ in range(3)]
    assert [LIMITED in page for page in pages] == [False, False, True]
    assert LIMITED in change_password(client, PASSWORD)
    assert User.objects.get(phone=STAFF).check_password(PASSWORD)


def test_staff_change_their_own_password(staff: User, settings: Settings) -> None:
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(1, 3600)
    assert "Password change successful" in change_password(logged_in(STAFF), PASSWORD)
    assert User.objects.get(phone=STAFF).check_password("a-password-of-theirs-1")


def test_nobody_needs_to_log_in_again_while_the_limit_is_spent(settings: Settings) -> None:
    User.objects.create_superuser(ROOT, PASSWORD)
    client = logged_in(ROOT)
    settings.LIMIT_STAFF_LOGINS_PER_ACCOUNT = Rate(1, 86_400)
    try_password(stranger(1), ROOT)
    assert client.get("/admin/").status_code == 200
