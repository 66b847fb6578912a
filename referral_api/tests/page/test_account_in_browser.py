"""The account on the page: its sessions in words, its data, another phone, and its end."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F
from playwright.sync_api import expect

from referral_api.models import Session, User
from referral_api.tests.support.browser import Person, Visit, readable
from referral_api.tests.support.people import ALICE, BOB, new_bearer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
NEW = "+79161234510"
LAST_DIGITS = "To delete your account, type the last four digits of your phone"


def an_hour_later() -> None:
    Session.objects.update(created_at=F("created_at") - timedelta(hours=1))


def moves_to(person: Person, phone: str) -> None:
    person.type("New number", phone)
    person.click("Send a code to it")
    person.sees(f"We sent a code to {readable(phone)}.")  # the code is in its field
    person.click("Change the phone")


def test_sessions_are_shown_in_words_and_ended_one_by_one(visit: Visit) -> None:
    for user_agent in (ANDROID, "some-script/1.0"):
        visit(user_agent=user_agent).log_in(ALICE)
    new_bearer(User.objects.get(phone=ALICE))  # without a User-Agent
    alice = visit().log_in(ALICE)
    alice.click("Show the sessions")
    rows = alice.page.locator("#sessions li")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("this session")
    for words in ("Chrome on Android", "An unknown device", "some-script/1.0"):
        alice.sees(words)
    alice.has_no_barrier()
    alice.click("End the session: Chrome on Android")
    expect(rows).to_have_count(3)
    alice.click("End all others")
    expect(rows).to_have_count(1)
    assert Session.objects.count() == 1


def test_the_data_come_as_a_file(visit: Visit, tmp_path: Path) -> None:
    alice = visit().log_in(ALICE)
    with alice.page.expect_download() as download:
        alice.click("Download your data")
    file = tmp_path / "account.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["profile"]["phone"] == ALICE


def test_the_phone_is_changed_in_two_steps(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    code = alice.text_of("#own-code")
    moves_to(alice, NEW)
    expect(alice.page.locator("#own-phone")).to_have_text(readable(NEW))
    assert alice.text_of("#own-code") == code
    expect(alice.page.locator("#new-code-form")).to_be_hidden()


def test_a_phone_of_another_is_explained(visit: Visit) -> None:
    visit().log_in(BOB)
    alice = visit().log_in(ALICE)
    moves_to(alice, BOB)
    alice.sees("This phone number belongs to another account.")


def test_a_login_that_is_not_recent_leads_to_a_new_one(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    an_hour_later()
    alice.type(LAST_DIGITS, ALICE[-4:])
    alice.click("Delete your account")
    alice.sees("Your login is too long ago for this.")
    alice.click("Log in again")
    alice.sees_heading("Log in")
    alice.sees("Log in again, then repeat it within 10 minutes.")
    assert User.objects.filter(phone=ALICE).exists()


def test_the_last_four_digits_delete_the_account_and_no_others_do(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    alice.type(LAST_DIGITS, "0000")
    alice.click("Delete your account")
    alice.sees("These are not the last four digits of your phone.")
    alice.type(LAST_DIGITS, ALICE[-4:])
    alice.click("Delete your account")
    alice.sees_heading("Log in")
    alice.sees("Your account is deleted.")
    assert not User.objects.filter(phone=ALICE).exists()
    assert ALICE[-4:] not in alice.page.content()


def test_the_parser_of_user_agents_is_the_one_of_the_package() -> None:
    package = settings.BASE_DIR / "node_modules/bowser"
    if not package.is_dir():
        pytest.skip("needs `npm ci`; `make check` has it, and compares")
    vendor = settings.BASE_DIR / "referral_api/web/static/web/vendor"
    assert (vendor / "bowser.js").read_bytes() == (package / "bowser.mjs").read_bytes()
