"""`POST /auth/login`: which code opens, for whom, and how often one may try."""

from uuid import uuid4

import pytest
import time_machine
from pytest_django import Settings

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import LoginChallenge, LoginRequest, Session, User
from referral_api.one_time_codes import one_time_code
from referral_api.tests.support.clock import NOON
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Answer, Person, Requester, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def alices() -> Requester:
    return Requester()


def refusal(answer: Answer) -> tuple[int, str, int | None]:
    status, body = answer
    return status, body["code"], body.get("attempts_left")


def test_the_right_code_begins_a_session(alices: Requester) -> None:
    status, session = alices.bound(alices.code)
    tokens = {name: session[name] for name in ("access", "refresh", "device_token")}
    rest = {"token_type": "Bearer", "expires_in": 900, "is_new_user": True, "invite_problem": None}
    assert (status, session) == (200, tokens | rest)
    assert ContractClient(bearer=session["access"]).get("/profile").json()["phone"] == ALICE


def test_the_second_login_is_no_new_user(alices: Requester) -> None:
    alices.bound(alices.code)
    again = Requester()
    assert again.bound(again.code)[1]["is_new_user"] is False


def test_a_bare_phone_and_code_log_in(alices: Requester) -> None:
    assert alices.unbound(alices.code)[0] == 200


def test_an_explicit_null_is_as_good_as_nothing(alices: Requester) -> None:
    assert alices.unbound(alices.code, request_id=None, invite_code=None)[0] == 200


def test_a_request_has_three_tries(alices: Requester) -> None:
    tries = [refusal(alices.bound(alices.wrong)) for _ in range(3)]
    assert tries == [(400, "code_invalid", left) for left in (2, 1, 0)]
    assert refusal(alices.bound(alices.code)) == (400, "code_expired", None)


def test_the_third_try_may_be_the_right_one(alices: Requester) -> None:
    alices.bound(alices.wrong)
    alices.bound(alices.wrong)
    assert alices.bound(alices.code)[0] == 200


def test_callers_without_a_request_id_share_three_tries_and_are_told_nothing(
    alices: Requester,
) -> None:
    tries = [refusal(alices.unbound(code)) for code in [alices.wrong] * 3 + [alices.code]]
    assert tries == [(400, "code_invalid", None)] * 4


def test_strangers_cannot_burn_the_tries_of_the_requester(alices: Requester) -> None:
    for _ in range(10):
        alices.unbound(alices.wrong)
    assert refusal(alices.bound(alices.wrong)) == (400, "code_invalid", 2)
    assert alices.bound(alices.code)[0] == 200


def test_the_requester_cannot_burn_the_shared_tries(alices: Requester) -> None:
    for _ in range(5):
        alices.bound(alices.wrong)
    assert alices.unbound(alices.code)[0] == 200


def test_a_request_id_of_another_code_counts_as_none(alices: Requester) -> None:
    bobs = Requester(BOB)
    assert refusal(alices.unbound(alices.wrong, request_id=bobs.request_id)) == (
        400,
        "code_invalid",
        None,
    )
    assert LoginChallenge.objects.get(phone=ALICE).shared_tries == 2
    assert set(LoginRequest.objects.values_list("tries_left", flat=True)) == {3}
    assert alices.unbound(alices.code, request_id=bobs.request_id)[0] == 200


def test_an_unknown_request_id_counts_as_none(alices: Requester) -> None:
    tries = [refusal(alices.unbound(alices.wrong, request_id=str(uuid4()))) for _ in range(4)]
    assert tries == [(400, "code_invalid", None)] * 4
    assert LoginChallenge.objects.get().shared_tries == 0


def test_a_code_opens_only_its_own_phone(alices: Requester) -> None:
    challenge = LoginChallenge.objects.get(phone=ALICE)
    LoginChallenge.objects.filter(pk=challenge.pk).update(phone=BOB)  # the challenge is the same
    assert LoginChallenge.objects.get().code != alices.code
    bobs = {"phone": BOB, "code": alices.code}
    assert ContractClient().post("/auth/login", bobs).status_code == 400


def test_a_code_opens_once(alices: Requester) -> None:
    alices.bound(alices.code)
    assert refusal(alices.bound(alices.code)) == (400, "code_expired", None)
    assert refusal(alices.unbound(alices.code)) == (400, "code_invalid", None)
    assert Session.objects.count() == 1


def test_a_code_lives_for_five_minutes(alices: Requester, clock: time_machine.Traveller) -> None:
    clock.shift(299.9)
    assert alices.bound(alices.code)[0] == 200


def test_an_expired_code_opens_nothing(alices: Requester, clock: time_machine.Traveller) -> None:
    clock.shift(300)
    assert refusal(alices.bound(alices.code)) == (400, "code_expired", None)
    assert refusal(alices.unbound(alices.code)) == (400, "code_invalid", None)


def test_a_resend_does_not_prolong_the_life_of_the_code(
    alices: Requester, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    again = Requester()
    clock.shift(240)
    assert refusal(again.bound(again.code)) == (400, "code_expired", None)


def test_a_superseded_code_opens_nothing(alices: Requester, clock: time_machine.Traveller) -> None:
    clock.shift(300)
    again = Requester()
    assert refusal(alices.bound(again.code)) == (400, "code_expired", None)
    assert again.bound(again.code)[0] == 200


@pytest.mark.parametrize("code", ["1", "123", "12345", "0123456789012345"])
def test_a_wrong_length_is_a_wrong_try(code: str, alices: Requester) -> None:
    assert refusal(alices.bound(code)) == (400, "code_invalid", 2)


@pytest.mark.parametrize("code", ["", "12a4", "1" * 17, "²³¹²", "-123", "1.23"])
def test_what_is_no_code_is_no_try(code: str, alices: Requester) -> None:
    assert refusal(alices.bound(code)) == (422, "invalid_request", None)
    assert LoginRequest.objects.get().tries_left == 3


def test_spaces_around_the_code_do_not_matter(alices: Requester) -> None:
    assert alices.bound(f" {alices.code}\n")[0] == 200


def test_each_request_of_one_code_has_tries_of_its_own(
    alices: Requester, clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        alices.bound(alices.wrong)
    clock.shift(60)
    again = Requester()
    assert refusal(again.bound(again.wrong)) == (400, "code_invalid", 2)
    assert again.bound(again.code)[0] == 200


def test_an_earlier_request_holds_after_a_resend(
    alices: Requester, clock: time_machine.Traveller
) -> None:
    clock.shift(60)
    Requester()
    assert alices.bound(alices.code)[0] == 200


def test_a_resend_adds_three_shared_tries_to_the_unused_ones(
    alices: Requester, clock: time_machine.Traveller
) -> None:
    alices.unbound(alices.wrong)
    clock.shift(60)
    Requester()
    for _ in range(4):
        alices.unbound(alices.wrong)
    assert LoginChallenge.objects.get().shared_tries == 1
    assert alices.unbound(alices.code)[0] == 200


def test_no_code_ever_sees_more_than_eighteen_tries(
    alices: Requester, clock: time_machine.Traveller
) -> None:
    requesters = [alices]
    for _ in range(2):
        clock.shift(60)
        requesters.append(Requester())
    for requester in requesters:
        assert [refusal(requester.bound(requester.wrong))[2] for _ in range(3)] == [2, 1, 0]
    for _ in range(9):
        alices.unbound(alices.wrong)
    answers = [requester.bound(alices.code) for requester in requesters] + [
        alices.unbound(alices.code)
    ]
    assert [refusal(answer)[1] for answer in answers] == ["code_expired"] * 3 + ["code_invalid"]


def test_wrong_never_requested_spent_used_and_expired_look_alike(
    clock: time_machine.Traveller,
) -> None:
    wrong, spent, used, expired = (Requester(f"+7916123451{n}") for n in range(4))
    for _ in range(3):
        spent.unbound(spent.wrong)
    used.unbound(used.code)
    LoginChallenge.objects.filter(phone=expired.phone).update(expires_at=NOON)
    never = {"phone": BOB, "code": "0000"}
    answers = [
        wrong.unbound(wrong.wrong),
        *(one.unbound(one.code) for one in (spent, used, expired)),
    ]
    assert answers == [(400, ContractClient().post("/auth/login", never).json())] * 4


def test_callers_without_a_request_id_may_be_refused_altogether(
    alices: Requester, settings: Settings
) -> None:
    settings.OTP_REQUIRE_REQUEST_ID = True
    assert refusal(alices.unbound(alices.code)) == (400, "code_invalid", None)
    assert refusal(alices.unbound(alices.code, request_id=str(uuid4()))) == (
        400,
        "code_invalid",
        None,
    )
    assert LoginChallenge.objects.get().shared_tries == 3
    assert alices.bound(alices.code)[0] == 200


def test_a_disabled_account_is_told_so_only_after_the_right_code(alice: Person) -> None:
    User.objects.update(is_active=False)
    again = Requester()
    assert refusal(again.bound(again.wrong)) == (400, "code_invalid", 2)
    assert refusal(again.bound(again.code)) == (403, "account_disabled", None)
    assert refusal(again.bound(again.code)) == (400, "code_expired", None)
    assert Session.objects.count() == 1  # that from before


def test_an_invite_code_may_be_sent_along(alice: Person) -> None:
    bob = log_in(BOB, invite_code=f" {alice.invite_code.lower()} ")
    assert bob.session["invite_problem"] is None
    assert bob.profile()["activated_invite_code"] == alice.invite_code


@pytest.mark.parametrize(
    "invite_code", ["", " ", "x", "K7M2PX", "😀" * 64, "../../etc", "'; DROP TABLE --", "\u202e"]
)
def test_a_bad_invite_code_never_stops_a_login(invite_code: str) -> None:
    bob = log_in(BOB, invite_code=invite_code)
    assert bob.profile()["activated_invite_code"] is None
    problem = bob.session["invite_problem"] or {"code": "none"}
    assert problem["code"] == {"K7M2PX": "invite_unknown", "": "none"}.get(
        invite_code, "invalid_request"
    )


def test_the_own_invite_code_never_stops_a_login(alice: Person) -> None:
    again = log_in(ALICE, invite_code=alice.invite_code)
    problem = again.session["invite_problem"]
    assert (problem["code"], problem["status"]) == ("invite_own", 409)


def test_a_second_invite_code_never_stops_a_login(alice: Person, charlie: Person) -> None:
    log_in(BOB, invite_code=alice.invite_code)
    again = log_in(BOB, invite_code=charlie.invite_code)
    problem = again.session["invite_problem"]
    assert (problem["code"], problem["activated_invite_code"]) == (
        "invite_already_activated",
        alice.invite_code,
    )


def test_an_invite_code_of_65_characters_is_no_invite_code(alices: Requester) -> None:
    status, body = alices.bound(alices.code, invite_code="K" * 65)
    assert (status, body["errors"][0]["pointer"]) == (422, "#/invite_code")
    assert alices.bound(alices.code)[0] == 200  # and cost no try


def test_no_code_is_stored(sent: SmsOutbox) -> None:
    challenge = LoginChallenge(phone=ALICE, id=uuid4(), code_length=8, expires_at=NOON)
    stored = {field.attname for field in LoginChallenge._meta.concrete_fields}
    assert stored == {
        "id",
        "phone",
        "lane",
        "code_length",
        "expires_at",
        "renew_at",
        "next_request_at",
        "sends",
        "shared_tries",
        "used_at",
        "sms_count_id",
    }
    other = one_time_code(b"another pepper", challenge.id, ALICE, 8)
    assert other != challenge.code  # who reads the table cannot compute it without the pepper


def test_codes_have_leading_zeros_and_every_digit() -> None:
    codes = [one_time_code(b"pepper", uuid4(), ALICE, 4) for _ in range(2_000)]
    assert {len(code) for code in codes} == {4}
    assert {code[0] for code in codes} == set("0123456789")
