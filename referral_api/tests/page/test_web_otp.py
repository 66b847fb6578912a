"""WebOTP: the browser hands the code of the SMS to the page.

No browser on a desk has an SMS, so `navigator.credentials` is ours in all tests but the last.
"""

from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.tests.support.browser import Person, Visit, readable
from referral_api.tests.support.people import ALICE, BOB

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

READS_SMS = """
    window.OTPCredential = class {};
    window.asked = [];
    navigator.credentials.get = (options) => new Promise((resolve, reject) => {
        options.signal.addEventListener("abort", () => reject(options.signal.reason));
        asked.push({ options, resolve, reject });
    });
"""
READS_NONE = "delete window.OTPCredential; navigator.credentials.get = () => { throw 'asked'; }"


@pytest.fixture(autouse=True)
def _hidden_codes(settings: Settings) -> None:
    settings.SMS_SHOW_CODE = False


def visitor(visit: Visit, script: str = READS_SMS) -> Person:
    person = visit()
    person.page.add_init_script(script)
    return person.open()


def asked(person: Person) -> list[Any]:
    """Of each time that the page asked for an SMS: whether it has stopped since."""
    return list(person.page.evaluate("asked.map(({ options }) => options.signal.aborted)"))


def test_the_code_of_the_sms_logs_in_without_a_touch(visit: Visit, sent: SmsOutbox) -> None:
    alice = visitor(visit)
    alice.ask_for_code(ALICE)
    assert alice.page.evaluate("asked[0].options.otp") == {"transport": ["sms"]}
    alice.page.evaluate("(code) => asked[0].resolve({ code })", sent.last_code(ALICE))
    alice.sees_heading("Your profile")
    alice.sees(readable(ALICE))


def test_the_page_asks_again_after_a_reload(visit: Visit, sent: SmsOutbox) -> None:
    alice = visitor(visit)
    alice.ask_for_code(ALICE)
    alice.page.reload()
    alice.sees_heading("Enter the code")
    alice.page.evaluate("(code) => asked[0].resolve({ code })", sent.last_code(ALICE))
    alice.sees_heading("Your profile")


def test_who_declines_types_the_code(visit: Visit, sent: SmsOutbox) -> None:
    alice = visitor(visit)
    alice.ask_for_code(ALICE)
    alice.page.evaluate("asked[0].reject(new DOMException('', 'AbortError'))")
    alice.type("Code from the SMS", sent.last_code(ALICE))
    alice.sees_heading("Your profile")


def test_who_types_first_is_asked_no_more(visit: Visit, sent: SmsOutbox) -> None:
    alice = visitor(visit)
    alice.ask_for_code(ALICE)
    alice.type("Code from the SMS", sent.last_code(ALICE))
    alice.sees_heading("Your profile")
    assert asked(alice) == [True]


def test_the_sms_of_an_earlier_number_is_not_used(visit: Visit, sent: SmsOutbox) -> None:
    alice = visitor(visit)
    alice.ask_for_code(ALICE)
    alice.click("Change the number")
    assert asked(alice) == [True]
    alice.ask_for_code(BOB)
    assert asked(alice) == [True, False]
    alice.page.evaluate("(code) => asked[0].resolve({ code })", sent.last_code(ALICE))
    expect(alice.page.get_by_label("Code from the SMS")).to_have_value("")


def test_a_browser_that_reads_no_sms_is_not_asked(visit: Visit, sent: SmsOutbox) -> None:
    alice = visitor(visit, READS_NONE)
    alice.ask_for_code(ALICE)
    alice.type("Code from the SMS", sent.last_code(ALICE))
    alice.sees_heading("Your profile")


def test_a_code_that_the_page_shows_needs_no_sms(visit: Visit, settings: Settings) -> None:
    settings.SMS_SHOW_CODE = True
    alice = visitor(visit)
    alice.ask_for_code(ALICE)
    assert asked(alice) == []


def test_the_browser_as_it_is_disturbs_nobody(visit: Visit, sent: SmsOutbox) -> None:
    alice = visit()
    alice.ask_for_code(ALICE)
    alice.page.reload()
    alice.type("Code from the SMS", sent.last_code(ALICE))
    alice.sees_heading("Your profile")
