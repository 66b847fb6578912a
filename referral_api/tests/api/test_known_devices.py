"""A device that has logged in before has a lane of its own: no stranger is felt in it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from pytest_django import Settings

from backend.env import Rate
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import STRANGERS, LoginChallenge, LoginRequest, Session, WrongTries
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Requester, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def token() -> str:
    """Of Alice's own device."""
    return str(log_in(ALICE).session["device_token"])


def ask(**extra: str) -> Any:
    return ContractClient().post("/auth/code", {"phone": ALICE} | extra)


def lane_of(token: str, phone: str = ALICE) -> UUID:
    """Of the code that is sent to a caller with this token; it is used up."""
    asker = Requester(phone, device_token=token)
    assert asker.bound(asker.code)[0] == 200
    return LoginRequest.objects.get(pk=asker.request_id).lane


def test_a_stranger_who_just_asked_makes_a_known_device_wait_for_nothing(
    token: str, sent: SmsOutbox
) -> None:
    stranger = Requester()
    alice = Requester(device_token=token)
    assert len(sent.codes(ALICE)) == 3
    assert alice.bound(alice.code)[0] == 200
    assert stranger.bound(stranger.code)[0] == 200  # a login ends the codes of its own lane alone


def test_the_cooldown_and_the_resends_of_a_lane_are_its_own(
    token: str, clock: time_machine.Traveller
) -> None:
    first = Requester(device_token=token)
    refused = ask(device_token=token)
    assert (refused.status_code, refused.json()["retry_after"]) == (429, 60)
    clock.shift(60)
    again = Requester(device_token=token)
    assert again.code == first.code
    assert first.bound(first.code)[0] == 200


def test_strangers_who_spend_everything_that_they_can_leave_the_known_device_alone(
    token: str, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_PHONE = settings.LIMIT_SMS_PER_PHONE_AND_IP = Rate(1, 86_400)
    settings.LIMIT_SMS_PER_IP = settings.LIMIT_WRONG_LOGINS_PER_IP = Rate(1, 86_400)
    stranger = Requester()
    for _ in range(6):
        stranger.unbound(stranger.wrong)
    assert ask().status_code == 429
    alice = Requester(device_token=token)
    assert alice.bound(alice.code)[0] == 200


def test_wrong_tries_of_strangers_make_no_code_of_a_known_device_longer(token: str) -> None:
    day = LoginChallenge.objects.get().expires_at.date()
    WrongTries.objects.create(phone=ALICE, lane=STRANGERS, day=day, tries=1000)
    assert len(Requester().code) == 8
    assert len(Requester(device_token=token).code) == 4


def test_wrong_tries_of_a_known_device_make_only_its_own_codes_longer(token: str) -> None:
    alice = Requester(device_token=token)
    for _ in range(3):
        alice.bound(alice.wrong)
    WrongTries.objects.update(tries=10)
    alice.unbound(alice.code, device_token=token)
    assert len(Requester(device_token=token).code) == 6
    assert len(Requester().code) == 4


def test_a_known_device_has_an_allowance_of_its_own(
    token: str, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.LIMIT_SMS_PER_DEVICE = Rate(2, 7200)
    assert ask(device_token=token).status_code == 202
    clock.shift(300)
    assert ask(device_token=token).status_code == 202
    clock.shift(300)
    refused = ask(device_token=token)
    assert (refused.status_code, refused.json()["retry_after"]) == (429, 3000)  # to the second
    assert ask().status_code == 202


def test_without_the_request_id_a_known_device_tries_its_own_code_too(token: str) -> None:
    alice = Requester(device_token=token)
    assert alice.unbound(alice.code)[0] == 400
    assert alice.unbound(alice.code, device_token=token)[0] == 200


def test_a_device_keeps_its_id_from_login_to_login(token: str) -> None:
    lane = lane_of(token)
    stranger = Requester()
    login = stranger.bound(stranger.code, device_token=token)[1]  # with a stranger's code
    assert lane_of(login["device_token"]) == lane


def test_a_code_of_a_known_device_keeps_its_id_also_where_the_login_shows_no_token(
    token: str,
) -> None:
    alice = Requester(device_token=token)
    newer = alice.bound(alice.code)[1]["device_token"]
    assert lane_of(newer) == lane_of(token)


def test_each_login_of_a_stranger_is_a_new_device(token: str) -> None:
    other = str(log_in(ALICE).session["device_token"])
    assert lane_of(other) != lane_of(token)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        "0" * 32,
        ":::",
        "a:b:c",
        "😀",
        "\u202e",
        "9a1c5ef6b0f94d0a8f6f2f2f2b1d7c3e:1vKd2S:M5",
    ],
)
def test_what_is_no_device_token_counts_as_none(forged: str) -> None:
    assert lane_of(forged) == STRANGERS


@pytest.mark.parametrize("place", [0, 34, -1])  # of the id, the date and the signature
def test_a_changed_token_counts_as_none(place: int, token: str) -> None:
    other = "0" if token[place] != "0" else "1"
    changed = list(token)
    changed[place] = other
    assert lane_of("".join(changed)) == STRANGERS


def test_the_token_of_another_phone_counts_as_none(token: str) -> None:
    assert lane_of(token, BOB) == STRANGERS


def test_a_token_lives_for_400_days(token: str, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=400) - timedelta(seconds=1))
    assert lane_of(token) != STRANGERS
    clock.shift(2)
    assert lane_of(token) == STRANGERS


def test_a_token_opens_nothing_by_itself(token: str) -> None:
    for scheme in ("Bearer", "Token"):
        client = ContractClient()
        client.client.defaults["HTTP_AUTHORIZATION"] = f"{scheme} {token}"
        assert client.get("/profile").status_code == 401
    assert ContractClient().post("/auth/refresh", {"refresh": token}).status_code == 401
    assert Session.objects.count() == 1


def test_an_answer_does_not_tell_whether_a_token_is_valid(token: str) -> None:
    bob = ContractClient().post("/auth/code", {"phone": BOB, "device_token": token}).json()
    alice = ask(device_token=token).json()
    of_one = dict.fromkeys(("request_id", "phone", "code"))
    assert bob | of_one == alice | of_one


def test_a_longer_text_is_refused() -> None:
    answer = ask(device_token="x" * 257)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/device_token")
