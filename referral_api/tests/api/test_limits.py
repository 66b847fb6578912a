"""Each limit is `BURST/SECONDS`: so many at once, then evenly."""

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from backend.env import Rate
from referral_api.gateways.sms.message import SmsRefused, SmsUncertain
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import LimitState
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, CHARLIE, Person, Requester, log_in

pytestmark = pytest.mark.django_db


def ask(api: ContractClient, phone: str = ALICE) -> int:
    return int(api.post("/auth/code", {"phone": phone}).status_code)


def phones(count: int) -> list[str]:
    return [f"+7916123{n:04d}" for n in range(count)]


def test_a_phone_gets_its_burst_and_then_one_unit_after_each_step(
    clock: time_machine.Traveller, api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_PHONE = Rate(5, 18_000)
    for _ in range(5):
        assert ask(api) == 202
        clock.shift(301)
    refused = api.post("/auth/code", {"phone": ALICE})
    assert refused.status_code == 429
    assert refused["Retry-After"] == str(refused.json()["retry_after"])
    clock.shift(3600 - 5 * 301 - 1)
    assert ask(api) == 429
    clock.shift(1)
    assert ask(api) == 202
    clock.shift(301)
    assert ask(api) == 429


def test_a_stranger_is_not_told_the_second_in_which_the_phone_has_a_unit_again(
    clock: time_machine.Traveller, api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_PHONE = Rate(1, 3600)
    told = {api.post("/auth/code", {"phone": ALICE}).json()["resend_in"]}
    clock.shift(310)
    for _ in range(30):
        told.add(310 + api.post("/auth/code", {"phone": ALICE}).json()["retry_after"])
    assert min(told) >= 3600
    assert max(told) <= 3600 + 60 + 120  # up to whole minutes, and up to two more
    assert len(told) > 5
    clock.shift(3290)
    assert ask(api) == 202


def test_resend_in_includes_every_limit(
    clock: time_machine.Traveller, api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_IP = Rate(1, 3600)
    assert api.post("/auth/code", {"phone": ALICE}).json()["resend_in"] == 3600
    clock.shift(3599)
    assert ask(api) == 429
    clock.shift(1)
    assert ask(api) == 202


def test_one_network_gets_a_part_of_a_phones_allowance_and_others_the_rest(
    clock: time_machine.Traveller, api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_PHONE = Rate(5, 18_000)
    settings.LIMIT_SMS_PER_PHONE_AND_IP = Rate(3, 32_400)
    answers = []
    for _ in range(4):
        answers.append(ask(api))
        clock.shift(301)
    assert answers == [202, 202, 202, 429]
    api.client.defaults["REMOTE_ADDR"] = "198.51.100.9"
    assert ask(api) == 202
    clock.shift(301)
    assert ask(api) == 202
    assert ask(api, BOB) == 202


def test_a_whole_48_is_one_network_of_a_phone(
    clock: time_machine.Traveller, api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_PHONE_AND_IP = Rate(3, 32_400)
    answers = []
    for number in range(4):
        api.client.defaults["REMOTE_ADDR"] = f"2001:db8:0:{number:x}00::1"
        answers.append(ask(api))
        clock.shift(301)
    assert answers == [202, 202, 202, 429]


def test_a_refusal_spends_nothing_of_the_other_limits(
    api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_IP = Rate(2, 3600)
    settings.LIMIT_SMS_PER_PHONE = Rate(1, 3600)
    assert [ask(api, ALICE), ask(api, ALICE), ask(api, ALICE), ask(api, BOB)] == [
        202,
        429,
        429,
        202,
    ]
    assert ask(api, CHARLIE) == 429


def test_an_address_gets_its_burst_over_all_phones(api: ContractClient, settings: Settings) -> None:
    settings.LIMIT_SMS_PER_IP = Rate(3, 3600)
    assert [ask(api, phone) for phone in phones(4)] == [202, 202, 202, 429]
    api.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert ask(api, ALICE) == 202


def test_an_ipv6_subscriber_is_one_address(api: ContractClient, settings: Settings) -> None:
    settings.LIMIT_SMS_PER_IP = Rate(1, 3600)
    answers = []
    for phone, address in zip(
        phones(3), ["2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"], strict=True
    ):
        api.client.defaults["REMOTE_ADDR"] = address
        answers.append(ask(api, phone))
    assert answers == [202, 429, 202]


def test_an_ipv4_mapped_address_is_its_ipv4_address(
    api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_IP = Rate(1, 3600)
    api.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert ask(api, ALICE) == 202
    api.client.defaults["REMOTE_ADDR"] = "::ffff:192.0.2.7"
    assert ask(api, BOB) == 429


def test_the_site_has_a_budget_for_the_day(
    clock: time_machine.Traveller, api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_DAY, settings.SMS_STRANGERS_PERCENT = Rate(2, 86_400), 100
    assert [ask(api, ALICE), ask(api, BOB)] == [202, 202]
    assert api.post("/auth/code", {"phone": CHARLIE}).json()["retry_after"] == 43_200


def test_strangers_leave_a_part_of_the_sites_budget_to_known_devices(
    api: ContractClient, settings: Settings
) -> None:
    known = log_in(CHARLIE).session["device_token"]
    LimitState.objects.all().delete()
    settings.LIMIT_SMS_PER_DAY = Rate(10, 86_400)
    assert [ask(api, phone) for phone in phones(8)] == [202] * 7 + [429]
    asked = api.post("/auth/code", {"phone": CHARLIE, "device_token": known})
    assert asked.status_code == 202


def test_a_definite_refusal_gives_back_the_phones_and_the_sites_unit_but_not_the_addresss(
    api: ContractClient, settings: Settings, sent: SmsOutbox
) -> None:
    settings.LIMIT_SMS_PER_PHONE = settings.LIMIT_SMS_PER_DAY = Rate(1, 86_400)
    settings.LIMIT_SMS_PER_IP = Rate(2, 86_400)
    sent.failure = SmsRefused()
    assert ask(api) == 502
    sent.failure = None
    assert ask(api) == 202
    assert ask(api, BOB) == 429


def test_a_time_out_stays_charged(
    clock: time_machine.Traveller, api: ContractClient, settings: Settings, sent: SmsOutbox
) -> None:
    settings.LIMIT_SMS_PER_PHONE = Rate(1, 86_400)
    sent.failure = SmsUncertain()
    assert ask(api) == 202
    sent.failure = None
    clock.shift(400)
    assert ask(api) == 429


def test_the_keys_of_the_limits_name_no_phone_and_no_address(api: ContractClient) -> None:
    api.client.defaults["REMOTE_ADDR"] = "203.0.113.77"
    ask(api)
    guess(api)
    keys = " ".join(LimitState.objects.values_list("key", flat=True))
    assert keys.count("sms:") == 5
    assert not any(clear in keys for clear in (ALICE, ALICE[1:], "203.0.113"))


def guess(api: ContractClient, phone: str = ALICE, code: str = "x") -> int:
    body = {"phone": phone, "code": "000000000" if code == "x" else code}
    return int(api.post("/auth/login", body).status_code)


def test_failed_logins_of_an_address_are_limited_over_all_phones(
    api: ContractClient, settings: Settings
) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(3, 3600)
    assert [guess(api, phone) for phone in phones(4)] == [400, 400, 400, 429]


def test_a_login_that_succeeds_costs_nothing(
    api: ContractClient, settings: Settings, sent: SmsOutbox
) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 86_400)
    for phone in phones(3):
        log_in(phone)
    assert [guess(api), guess(api)] == [400, 429]


def test_a_try_that_the_limit_refuses_is_no_try(
    api: ContractClient, settings: Settings, sent: SmsOutbox
) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 3600)
    ask(api)
    assert [guess(api), guess(api), guess(api)] == [400, 429, 429]
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(100, 3600)
    LimitState.objects.all().delete()
    assert [guess(api), guess(api, code=sent.last_code(ALICE))] == [400, 200]


def test_neighbours_behind_one_address_do_not_shut_each_other_out(settings: Settings) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(3, 86_400)
    alice = Requester(ALICE)
    stranger = ContractClient()
    assert [guess(stranger, phone) for phone in phones(4)] == [400, 400, 400, 429]
    assert alice.bound(alice.wrong)[1]["attempts_left"] == 2
    assert alice.bound(alice.code)[0] == 200


def test_a_caller_without_tries_of_their_own_meets_the_limit_of_their_network(
    settings: Settings,
) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 86_400)
    alice, bob = Requester(ALICE), Requester(BOB)
    for _ in range(3):
        assert alice.bound(alice.wrong)[0] == 400  # their own tries are not counted
    assert alice.bound(alice.code)[1]["code"] == "code_expired"  # none is left: counted
    assert alice.bound(alice.code)[0] == 429
    assert alice.unbound(alice.code, request_id=bob.request_id)[0] == 429  # of another phone
    assert bob.bound(bob.code)[0] == 200


def test_unknown_invite_codes_of_a_user_are_limited(
    alice: Person, bob: Person, settings: Settings
) -> None:
    settings.LIMIT_WRONG_INVITES_PER_USER = Rate(2, 3600)
    statuses = [bob.activate("222AAA").status_code for _ in range(3)]
    assert statuses == [404, 404, 429]
    assert bob.activate(alice.invite_code).status_code == 429


def test_what_is_no_wrong_code_costs_nothing(
    alice: Person, bob: Person, settings: Settings
) -> None:
    settings.LIMIT_WRONG_INVITES_PER_USER = Rate(1, 86_400)
    assert [bob.activate(bob.invite_code).status_code for _ in range(3)] == [409, 409, 409]
    assert bob.activate(alice.invite_code).status_code == 200
    assert bob.activate(alice.invite_code).status_code == 409


def test_the_limit_of_unknown_codes_holds_at_login_too(settings: Settings, sent: SmsOutbox) -> None:
    settings.LIMIT_WRONG_INVITES_PER_USER = Rate(1, 86_400)
    codes = [
        log_in(ALICE, invite_code="222AAA").session["invite_problem"]["code"] for _ in range(2)
    ]
    assert codes == ["invite_unknown", "too_many_requests"]


def test_the_admins_password_login_spends_the_same_limit(
    settings: Settings, api: ContractClient, client: Client
) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 3600)
    form = {"username": ALICE, "password": "wrong"}
    assert b"Try again in" not in client.post("/admin/login/", form).content
    assert b"Try again in" in client.post("/admin/login/", form).content
    assert guess(api) == 429
