"""The security log: a line of JSON for each event, and nothing in it that anybody could use."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from django.test import Client
from pytest_django import Settings

from backend.env import Rate
from referral_api.gateways.sms.message import SmsRefused, SmsUncertain
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.security_log import Event
from referral_api.services import users
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, Person, Requester

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ROOT = Path(__file__).parents[3]
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Lines:
    """The lines since the last call."""

    def lines() -> list[dict[str, Any]]:
        written = capfd.readouterr().err.splitlines()
        return [json.loads(line) for line in written if line.startswith("{")]

    lines()
    return lines


def events(lines: list[dict[str, Any]]) -> list[str]:
    return [line["event"] for line in lines]


def test_a_login_can_be_followed_from_the_request_to_the_session(logged: Lines) -> None:
    alice = Requester()
    ContractClient().post("/auth/code", {"phone": ALICE})
    alice.bound(alice.wrong)
    alice.bound(alice.code)
    lines = logged()
    assert events(lines) == ["code_requested", "code_requested_too_soon", "wrong_code", "login"]
    assert len({line["phone"] for line in lines}) == 1  # the same hash in each
    assert {line["log"] for line in lines} == {"security"}
    assert lines[2]["bound"] is True
    assert lines[3]["is_new_user"] is True
    assert lines[0]["timestamp"].endswith("Z")


def test_a_limit_that_refuses_is_named_with_the_hash_of_whom_it_counts(
    logged: Lines, settings: Settings
) -> None:
    settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 3600)
    alice = Requester()
    for _ in range(2):
        alice.unbound(alice.wrong)
    requested, wrong, refused = logged()
    assert (refused["event"], refused["limit"]) == ("limit_reached", "login:network")
    assert refused["subject"] == wrong["network"] == requested["network"]


def test_the_limit_of_a_code_request_is_named(logged: Lines, settings: Settings) -> None:
    settings.LIMIT_SMS_PER_PHONE = Rate(1, 3600)
    settings.OTP_RESEND *= 0
    for _ in range(2):
        ContractClient().post("/auth/code", {"phone": ALICE})
    requested, refused = logged()
    assert (refused["limit"], refused["subject"]) == ("sms:phone", requested["phone"])


def test_a_session_that_ends_by_reuse_is_told(
    alice: Person, logged: Lines, clock: Any, settings: Settings
) -> None:
    spent = {"refresh": alice.session["refresh"]}
    newest = ContractClient().post("/auth/refresh", spent).json()
    clock.shift(settings.REFRESH_REUSE_GRACE)
    ContractClient().post("/auth/refresh", spent)
    ContractClient().post("/auth/logout", {"refresh": newest["refresh"]})
    (ended,) = logged()
    assert (ended["event"], ended["reason"]) == ("session_ended", "reuse")


def test_what_a_user_ends_and_creates_is_told(alice: Person, logged: Lines) -> None:
    alice.client.post("/auth/api-token", {})
    alice.client.delete("/auth/api-token")
    alice.activate("222AAA")
    ContractClient().post("/auth/logout", {"refresh": alice.session["refresh"]})
    lines = logged()
    assert events(lines) == [
        "api_token_created",
        "api_token_revoked",
        "invite_code_unknown",
        "session_ended",
    ]
    assert len({line["user_id"] for line in lines}) == 1


def test_a_change_of_the_phone_and_a_deletion_are_told(alice: Person, logged: Lines) -> None:
    new = Requester("+79161234510")
    body = {"phone": new.phone, "code": new.wrong, "request_id": new.request_id}
    for code in (new.wrong, new.code, new.code):
        alice.client.put("/profile/phone", body | {"code": code})
    alice.client.delete("/profile")
    _requested, wrong, changed, refused, deleted = logged()
    assert (wrong["event"], wrong["bound"]) == ("wrong_code", True)
    assert (changed["event"], changed["phone"]) == ("phone_changed", wrong["phone"])
    assert (refused["event"], refused["reason"]) == ("phone_change_refused", "code_expired")
    assert (deleted["event"], deleted["user_id"]) == ("account_deleted", changed["user_id"])


def test_staff_and_accounts_that_are_switched_off_are_told(
    alice: Person, logged: Lines, client: Client, django_user_model: Any
) -> None:
    staff = django_user_model.objects.get(phone=ALICE)
    staff.is_staff = True
    staff.set_password("a long password of staff")
    staff.save()
    for password in ("wrong", "a long password of staff"):
        client.post("/admin/login/", {"username": ALICE, "password": password})
    users.end_access(user_id=staff.pk)
    assert events(logged()) == ["staff_login_failed", "staff_login", "access_ended"]


def test_a_login_that_is_refused_says_why(logged: Lines) -> None:
    alice = Requester()
    alice.bound(alice.code)
    alice.bound(alice.code)
    *_, refused = logged()
    assert (refused["event"], refused["reason"]) == ("login_refused", "code_expired")


@pytest.mark.parametrize(
    ("failure", "reason"), [(SmsRefused(), "refused"), (SmsUncertain(), "no clear answer")]
)
def test_an_sms_that_failed_is_told(
    failure: Exception, reason: str, sent: SmsOutbox, logged: Lines
) -> None:
    sent.failure = failure
    ContractClient().post("/auth/code", {"phone": ALICE})
    _requested, failed = logged()
    assert (failed["event"], failed["reason"]) == ("sms_failed", reason)


def test_it_can_be_switched_off(logged: Lines, settings: Settings) -> None:
    settings.SECURITY_LOG = False
    Requester()
    assert logged() == []


@pytest.mark.parametrize("event", get_args(Event))
def test_each_event_is_explained(event: str) -> None:
    assert f"`{event}`" in (ROOT / "SECURITY.md").read_text()
