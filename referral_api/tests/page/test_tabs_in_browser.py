"""Tabs that share a session, because one was opened from the other, stay in step."""

import json
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from referral_api.models import Session
from referral_api.tests.support.browser import Person, Visit, readable
from referral_api.tests.support.people import ALICE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STORED = "sessionStorage.getItem('referral-api')"
EXPIRE = """async () => {
    const { state, keep } = await import("/static/web/store.js");
    keep({ session: { ...state.session, access: "expired" } });
}"""
IS_RENEWED = f"() => JSON.parse({STORED}).session.access !== 'expired'"
# The first answer of this path waits for `release()`.
HOLD_THE_ANSWER = """(path) => {
    const held = new Promise((release) => { window.release = release; });
    const ask = window.fetch;
    window.fetch = async (address, options) => {
        const answer = await ask(address, options);
        if (!answer.ok || !address.endsWith(path)) return answer;
        window.answered = true;
        await held;
        return answer;
    };
}"""
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"


def session_of(tab: Person) -> Any:
    return json.loads(tab.page.evaluate(STORED))["session"]


def waits_for_the_session_of(tab: Person, other: Person) -> None:
    expected = session_of(other)["refresh"]
    holds = f"(refresh) => JSON.parse({STORED}).session.refresh === refresh"
    tab.page.wait_for_function(holds, arg=expected)


def renews(tab: Person) -> None:
    """Its access token has expired, and the next call gets another."""
    tab.page.evaluate(EXPIRE)
    tab.click("Refresh")
    tab.page.wait_for_function(IS_RENEWED)


@pytest.fixture
def alice(visit: Visit) -> Person:
    person: Person = visit().log_in(ALICE)
    return person


@pytest.fixture
def tab(alice: Person) -> Person:
    """A second tab of Alice, opened from the first."""
    opened = alice.tab_from_here()
    opened.sees_heading("Your profile")
    return opened


@pytest.fixture
def _no_grace(settings: Settings) -> None:
    """The server takes no spent token a second time, as half a minute after its use."""
    settings.REFRESH_REUSE_GRACE = timedelta(0)


@pytest.mark.usefixtures("_no_grace")
def test_a_tab_takes_the_tokens_that_the_other_got(alice: Person, tab: Person) -> None:
    for one, other in ((alice, tab), (tab, alice), (alice, tab)):
        renews(one)
        waits_for_the_session_of(other, one)
    assert session_of(alice) == session_of(tab)
    assert session_of(alice)["turn"] == 3
    assert Session.objects.count() == 1


@pytest.mark.parametrize("with_locks", [True, False])
def test_two_tabs_whose_access_token_expired_both_stay_logged_in(
    visit: Visit, with_locks: bool
) -> None:
    alice = visit()
    if not with_locks:  # as over plain http
        alice.context.add_init_script(WITHOUT_LOCKS)
        alice.page.reload()
    tab = alice.log_in(ALICE).tab_from_here()
    tab.sees_heading("Your profile")
    assert alice.page.evaluate("Boolean(navigator.locks)") is with_locks
    for each in (alice, tab):
        each.page.evaluate(EXPIRE)
    for each in (alice, tab):
        each.page.evaluate("document.getElementById('renew').click()")
    for each in (alice, tab):
        each.page.wait_for_function(IS_RENEWED)
        each.click("Create a token")
        expect(each.page.locator("#token")).not_to_be_empty()
    waits_for_the_session_of(tab, alice)
    assert Session.objects.count() == 1


@pytest.mark.usefixtures("_no_grace")
def test_a_tab_that_comes_back_with_old_tokens_gets_the_newest(alice: Person, tab: Person) -> None:
    old = tab.page.evaluate(STORED)
    tab.page.goto("about:blank")
    renews(alice)
    tab.page.goto(f"{tab.home}/api/v1/openapi.json")
    tab.page.evaluate("(old) => sessionStorage.setItem('referral-api', old)", old)
    tab.open("/")
    waits_for_the_session_of(tab, alice)
    renews(tab)
    waits_for_the_session_of(alice, tab)


def test_a_log_out_logs_out_the_other_tabs_of_its_session(alice: Person, tab: Person) -> None:
    alice.click("Log out")
    for each in (alice, tab):
        each.sees("You are logged out.")
        each.sees_heading("Log in")
        assert session_of(each) is None
        assert readable(ALICE) not in each.page.content()
    assert not Session.objects.exists()


def test_a_log_out_leaves_the_tabs_of_other_sessions_alone(
    alice: Person, tab: Person, settings: Settings
) -> None:
    settings.OTP_RESEND = timedelta(0)
    tab.click("Log out")
    alice.sees("You are logged out.")
    alice.log_in(ALICE)
    tab.log_in(ALICE)
    tab.click("Log out")
    tab.sees("You are logged out.")
    alice.click("Refresh")
    alice.sees_heading("Your profile")
    assert Session.objects.count() == 1


@pytest.mark.parametrize("path", ["/auth/refresh", "/profile"])
def test_a_log_out_has_the_last_word_also_before_a_late_answer(
    path: str, alice: Person, tab: Person
) -> None:
    tab.page.evaluate(EXPIRE)
    tab.page.evaluate(HOLD_THE_ANSWER, path)
    tab.page.evaluate("document.getElementById('renew').click()")
    tab.page.wait_for_function("() => window.answered")
    alice.click("Log out")
    tab.sees("You are logged out.")
    tab.page.evaluate("release()")
    expect(tab.page.locator("#invited")).not_to_have_attribute("aria-busy", "true")
    tab.sees("You are logged out.")
    assert session_of(tab) is None
    assert readable(ALICE) not in tab.page.content()
    assert not Session.objects.exists()
