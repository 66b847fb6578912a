"""The page in a real browser, from the phone number to the list of the invited."""

import re
import sys

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings

from referral_api.folding import folded
from referral_api.models import Activation, User
from referral_api.tests.support.browser import Visit, Wire, readable
from referral_api.tests.support.people import ALICE, BOB, CHARLIE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_people_need_at_most_12_actions_from_the_start_to_the_invited_phone(
    visit: Visit,
) -> None:
    alice = visit().log_in(ALICE)
    alice.click("Copy the link")
    alice.sees("✓ Copied")  # the clipboard is written after the click
    bob = visit(alice.page.evaluate("navigator.clipboard.readText()"))
    bob.log_in(BOB)
    alice.click("Refresh")
    expect(alice.page.locator("#people")).to_contain_text(readable(BOB))
    assert alice.text_of("#total") == "1"
    assert bob.text_of("#activated-code") == alice.text_of("#own-code")
    assert alice.actions + bob.actions <= 12


def test_the_invite_code_of_a_link_survives_a_reload_and_may_be_declined(visit: Visit) -> None:
    code = visit().log_in(ALICE).text_of("#own-code")
    bob = visit(f"/i/{code}")
    bob.ask_for_code(BOB)
    bob.page.reload()
    bob.page.get_by_role("checkbox", name=f"Activate the invite code {code}").uncheck()
    bob.click("Use this code")
    expect(bob.page.get_by_label("Invite code of a friend")).to_have_value(code)
    bob.click("Activate")
    bob.sees("You activated this code on")


def test_a_bad_invite_code_is_explained_after_the_login_it_did_not_stop(visit: Visit) -> None:
    alice = visit("/i/ABC234").log_in(ALICE)
    alice.sees("This invite code does not exist.")
    expect(alice.page.get_by_label("Invite code of a friend")).to_have_value("ABC234")


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ("ABC234", "This invite code does not exist."),
        ("nonsense", "An invite code has 6"),
        ("", "An invite code has"),
    ],
)
def test_a_refused_invite_code_is_explained_at_its_field(
    visit: Visit, entered: str, sentence: str
) -> None:
    alice = visit().log_in(ALICE)
    alice.type("Invite code of a friend", entered)
    alice.click("Activate")
    alice.sees(sentence)
    expect(alice.page.get_by_label("Invite code of a friend")).to_be_focused()
    expect(alice.page.get_by_label("Invite code of a friend")).to_have_value(entered)


def test_the_own_invite_code_is_refused_in_words(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    alice.type("Invite code of a friend", alice.text_of("#own-code").lower())
    alice.click("Activate")
    alice.sees("This is your own invite code.")


@pytest.mark.parametrize("entered", ["", "12", "not a phone", "+7 000 000-00-00"])
def test_a_wrong_phone_is_explained_at_its_field(visit: Visit, entered: str) -> None:
    alice = visit()
    alice.type("Phone number", entered)
    alice.press("Enter")
    alice.sees("This is not a valid phone number.")
    expect(alice.page.get_by_label("Phone number")).to_have_attribute("aria-invalid", "true")
    expect(alice.page.get_by_label("Phone number")).to_have_value(entered)


def test_a_region_that_is_not_served_is_explained(visit: Visit, settings: Settings) -> None:
    settings.PHONE_REGIONS = frozenset({"KZ"})
    alice = visit()
    alice.type("Phone number", ALICE)
    alice.press("Enter")
    alice.sees("This phone number is not served.")


def test_wrong_codes_say_how_many_tries_are_left_until_none_is(visit: Visit) -> None:
    alice = visit()
    alice.ask_for_code(ALICE)
    for sentence in (
        "Tries left: 2.",
        "Tries left: 1.",
        "Tries left: 0.",
        "This code can no longer be used.",
    ):
        alice.type("Code from the SMS", "123456")  # a wrong length is always wrong
        alice.press("Enter")
        alice.sees(sentence)


def test_a_disabled_account_is_explained(visit: Visit) -> None:
    visit().log_in(ALICE)
    User.objects.update(is_active=False)
    alice = visit()
    alice.ask_for_code(ALICE)
    alice.click("Use this code")
    alice.sees("This account is disabled.")


def test_a_code_can_be_sent_again_once_the_countdown_is_over(
    visit: Visit, settings: Settings
) -> None:
    alice = visit()
    alice.page.clock.install()
    alice.ask_for_code(ALICE)
    alice.sees("You can have it sent again in")
    expect(alice.page.get_by_role("button", name="Send the code again")).to_be_hidden()
    alice.page.clock.run_for(61_000)
    alice.click("Send the code again")  # the server's own minute has not passed
    alice.sees("Too many requests.")
    expect(alice.page.locator("#resend-place .timer")).to_have_text(
        re.compile(r"You can try again in (0:\d\d|1:00)\.")
    )


def test_who_asks_too_often_can_still_enter_the_code_that_came(visit: Visit) -> None:
    first = visit()
    first.ask_for_code(ALICE)
    second = visit()
    second.type("Phone number", ALICE)
    second.press("Enter")
    second.sees("Too many requests.")
    second.click("I already have a code")
    second.type("Code from the SMS", first.text_of("#sms-code"))
    second.press("Enter")
    second.sees_heading("Your profile")


def test_a_pasted_message_is_its_digits_and_logs_in(visit: Visit) -> None:
    alice = visit()
    alice.ask_for_code(ALICE)
    alice.type("Code from the SMS", f"Your code: {alice.text_of('#sms-code')}.")
    alice.sees_heading("Your profile")


def test_digits_of_another_script_are_the_code(visit: Visit) -> None:
    alice = visit()
    alice.ask_for_code("٨٩١٦١٢٣٤٥٠١")
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    alice.type("Code from the SMS", alice.text_of("#sms-code").translate(arabic))
    alice.sees_heading("Your profile")
    alice.sees(readable(ALICE))


def test_every_digit_of_unicode_is_read_as_the_api_reads_it(visit: Visit) -> None:
    digits = [character for character in map(chr, range(sys.maxunicode)) if character.isdecimal()]
    reading = """async (text) => (await import("/static/web/digits.js")).digitsOf(text)"""
    assert visit().page.evaluate(reading, "".join(digits)) == folded("".join(digits))


def test_a_reload_keeps_the_session_and_a_log_out_ends_it(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    alice.page.reload()
    alice.sees(readable(ALICE))
    alice.click("Log out")
    expect(alice.page.get_by_label("Phone number")).to_be_focused()
    alice.page.reload()
    alice.sees_heading("Log in")
    assert ALICE not in alice.page.content()
    assert readable(ALICE) not in alice.page.content()


def test_an_expired_access_token_is_refreshed_once_for_all_calls(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    refreshes: list[str] = []
    alice.page.on(
        "request", lambda r: refreshes.append(r.url) if r.url.endswith("/auth/refresh") else None
    )
    alice.page.evaluate(
        """async () => { const { state, keep } = await import("/static/web/store.js");
                         keep({ session: { ...state.session, access: "expired" } }); }"""
    )
    alice.page.evaluate(
        "document.getElementById('renew').click(); document.getElementById('create-token').click()"
    )
    expect(alice.page.locator("#token")).to_have_text(re.compile(r"^[\w-]{43}$"))
    assert len(refreshes) == 1


def test_a_session_that_ended_elsewhere_leads_back_to_the_login(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    User.objects.update(is_active=False)
    alice.click("Refresh")
    alice.sees("Your session has ended. Log in again.")


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+79161234567", "+7 916 123-45-67"),
        ("+7916*****67", "+7 916 ***-**-67"),
        ("+12015550123", "+1 201 555-0123"),
        ("+447400123456", "+44 740 012 3456"),
        ("+380501234567", "+380 501 234 567"),
        ("+4915123456789", "+49 151 234 567 89"),
        ("+4712345", "+47 123 45"),
        ("8 916 123-45-67", "8 916 123-45-67"),
    ],
)
def test_a_phone_is_grouped_for_reading(visit: Visit, phone: str, shown: str) -> None:
    reading = """async (phone) => (await import("/static/web/text.js")).readable(phone)"""
    assert visit().page.evaluate(reading, phone) == shown


def test_the_phone_of_a_code_is_shown_grouped_and_kept_whole(visit: Visit) -> None:
    alice = visit()
    alice.ask_for_code(ALICE)
    alice.sees(f"We sent a code to {readable(ALICE)}.")
    kept = alice.page.evaluate("JSON.parse(sessionStorage.getItem('referral-api')).request.phone")
    assert kept == ALICE


@pytest.mark.parametrize(
    ("region", "example"), [("RU", "+7 912 345-67-89"), ("US", "+1 201-555-0123")]
)
def test_the_example_is_a_phone_of_the_default_region(
    visit: Visit, settings: Settings, region: str, example: str
) -> None:
    settings.PHONE_DEFAULT_REGION = region
    assert visit().text_of("#phone-hint") == f"For example {example}"


def test_a_double_click_is_sent_once(visit: Visit) -> None:
    alice = visit()
    wire = Wire(alice, "**/auth/code")
    sent: list[str] = []
    alice.page.on("request", lambda r: sent.append(r.url) if r.url.endswith("/auth/code") else None)
    alice.type("Phone number", ALICE)
    wire.hold()  # a quick answer would open the next step under the second click
    alice.page.get_by_role("button", name="Get a code").dblclick()
    wire.join()
    alice.sees_heading("Enter the code")
    assert len(sent) == 1


def test_offline_and_a_proxy_s_error_page_are_explained_and_lose_nothing(visit: Visit) -> None:
    alice = visit()
    wire = Wire(alice, "**/auth/code")
    alice.type("Phone number", ALICE)
    wire.cut()
    alice.press("Enter")
    alice.sees("The service cannot be reached.")
    wire.answer(502, "<h1>Bad Gateway</h1>")
    alice.press("Enter")
    alice.sees("Something went wrong on our side.")
    expect(alice.page.get_by_label("Phone number")).to_have_value(ALICE)


def test_a_profile_that_cannot_be_loaded_can_be_tried_again(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    wire = Wire(alice, "**/api/v1/profile")
    wire.answer(503, "")
    alice.page.reload()
    alice.sees_heading("Your profile could not be loaded")
    wire.join()
    alice.click("Try again")
    alice.sees(readable(ALICE))


def test_more_of_the_invited_are_loaded_on_demand(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    inviter = User.objects.get()
    invite(inviter, 53)
    alice.click("Refresh")
    expect(alice.page.locator("#people li")).to_have_count(50)
    alice.click("Load more")
    expect(alice.page.locator("#people li")).to_have_count(53)
    expect(alice.page.get_by_role("button", name="Load more")).to_be_hidden()


def test_a_click_during_the_renewal_that_nobody_asked_for_is_not_lost(visit: Visit) -> None:
    alice = visit().log_in(ALICE)
    invite(User.objects.get(), 53)
    wire = Wire(alice, "**/api/v1/profile")
    expect(alice.page.locator("#people li")).to_have_count(50)
    wire.hold()
    alice.page.evaluate("dispatchEvent(new Event('focus'))")  # she comes back to the tab
    alice.click("Load more")
    wire.join()
    expect(alice.page.locator("#people li")).to_have_count(53)


def invite(inviter: User, count: int) -> None:
    for number in range(count):
        invited = User.objects.create_user(f"+7916{number:07d}")
        Activation.objects.create(
            invited_user=invited, inviter=inviter, activated_at=timezone.now()
        )
    User.objects.filter(pk=inviter.pk).update(invited_total=count)


def test_the_page_speaks_the_browser_s_language_and_switches_without_losing_anything(
    visit: Visit,
) -> None:
    alice = visit(locale="ru-RU")
    alice.type("Номер телефона", "12")
    alice.press("Enter")
    alice.sees("Такого номера телефона не бывает")
    alice.click("English")
    expect(alice.page.get_by_label("Phone number")).to_have_value("12")
    alice.log_in(ALICE)
    alice.click("Русский")
    alice.sees_heading("Ваш профиль")
    alice.type("Код приглашения от друга", "ABC234")
    alice.press("Enter")
    alice.sees("Такого кода приглашения нет.")


def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    alice = visit()
    alice.page.keyboard.type(CHARLIE)  # the field has the focus
    alice.press("Enter")
    alice.sees_heading("Enter the code")
    alice.page.keyboard.type(alice.text_of("#sms-code"))
    alice.sees_heading("Your profile")
    expect(alice.page.get_by_role("heading", name="Your profile")).to_be_focused()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_state_of_the_page_has_a_barrier_or_scrolls_sideways(
    visit: Visit, color_scheme: str, width: int
) -> None:
    alice = visit(
        "/i/ABC234",
        color_scheme=color_scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )

    def is_fine() -> None:
        alice.has_no_barrier()
        assert alice.page.evaluate("document.documentElement.scrollWidth") <= width

    is_fine()
    alice.type("Phone number", "12")
    alice.press("Enter")
    alice.sees("This is not a valid phone number.")
    is_fine()
    alice.ask_for_code(ALICE)
    is_fine()
    alice.type("Code from the SMS", "123456")
    alice.press("Enter")
    alice.sees("Tries left: 2.")
    is_fine()
    alice.click("Use this code")
    alice.sees("This invite code does not exist.")
    alice.click("Create a token")
    alice.click("Copy the token")
    is_fine()


def test_the_page_weighs_at_most_60_kib(visit: Visit) -> None:
    sizes = visit().page.evaluate(
        """["navigation", "resource"]
           .flatMap((kind) => performance.getEntriesByType(kind))
           .map((entry) => entry.decodedBodySize)"""
    )
    assert len(sizes) >= 10  # the document, the style, eight modules, the icon
    assert sum(sizes) <= 60 * 1024


@pytest.mark.timing
def test_the_page_is_painted_within_half_a_second(visit: Visit) -> None:
    """Once of at most 15 times, each with an empty cache: the machine may be busy."""
    # The entry comes after the frame, and perhaps after `load`.
    paint = """new Promise((painted) => new PerformanceObserver((seen) => {
        const [first] = seen.getEntriesByName("first-contentful-paint");
        if (first) painted(first.startTime);
    }).observe({ type: "paint", buffered: true }))"""
    assert any(visit().page.evaluate(paint) <= 500 for _ in range(15))


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_both_docs_pages_name_the_product_and_ask_no_other_host(
    visit: Visit, color_scheme: str
) -> None:
    reader = visit("/api/v1/redoc", color_scheme=color_scheme)
    expect(reader.page.get_by_role("heading", name=re.compile("Referral API"))).to_be_visible()
    reader.page.get_by_text("API docs by Redocly").wait_for()
    reader.page.get_by_role("link", name="Swagger UI").click()
    expect(reader.page.get_by_role("heading", name=re.compile("Referral API"))).to_be_visible()
    reader.page.get_by_role("link", name="Referral API", exact=True).click()
    reader.sees_heading("Log in")


@pytest.mark.parametrize("scheme", ["AccessTokenAuth", "ApiTokenAuth"])
def test_swagger_ui_logs_in_with_either_scheme_in_two_clicks(visit: Visit, scheme: str) -> None:
    alice = visit().log_in(ALICE)
    alice.click("Create a token")
    expect(alice.page.locator("#token")).not_to_be_empty()
    access = alice.page.evaluate(
        "JSON.parse(sessionStorage.getItem('referral-api')).session.access"
    )
    key = access if scheme == "AccessTokenAuth" else alice.text_of("#token")
    alice.open("/api/v1/docs")
    alice.page.get_by_role("button", name="Authorize").click()
    form = alice.page.locator(".auth-container", has_text=scheme)
    form.get_by_role("textbox").fill(key)
    form.get_by_role("button", name="Apply").or_(
        form.get_by_role("button", name="Authorize")
    ).click()
    alice.page.get_by_role("button", name="Close").first.click()
    alice.page.locator("#operations-Profile-read_profile").get_by_role("button").first.click()
    alice.page.get_by_role("button", name="Try it out").click()
    alice.page.get_by_role("button", name="Execute").click()
    expect(alice.page.locator(".live-responses-table .response").first).to_contain_text(ALICE)
