"""Many logins at once, on real threads and connections."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import LoginChallenge, LoginRequest, Session, User, WrongTries
from referral_api.services import users
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, wrong
from referral_api.tests.support.races import race, stranger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def requested(api: ContractClient) -> dict[str, Any]:
    return dict(api.post("/auth/code", {"phone": ALICE}).json())


def log_in_at_once(callers: int, **body: str) -> list[dict[str, Any]]:
    login = {"phone": ALICE, **body}
    answers = race(*(partial(stranger(n).post, "/auth/login", login) for n in range(callers)))
    return [{"status": answer.status_code, **answer.json()} for answer in answers]


def counted(answers: list[dict[str, Any]]) -> Counter[tuple[int, str | None]]:
    return Counter((answer["status"], answer.get("code")) for answer in answers)


def wrong_tries() -> int:
    return sum(WrongTries.objects.values_list("tries", flat=True))


def test_fifty_right_confirmations_at_once_open_one_session(requested: dict[str, Any]) -> None:
    answers = log_in_at_once(50, code=requested["code"], request_id=requested["request_id"])
    assert counted(answers) == {(200, None): 1, (400, "code_expired"): 49}
    assert (User.objects.count(), Session.objects.count()) == (1, 1)
    assert wrong_tries() == 0


def test_fifty_right_confirmations_without_a_request_id_open_one_session(
    requested: dict[str, Any],
) -> None:
    answers = log_in_at_once(50, code=requested["code"])
    assert counted(answers) == {(200, None): 1, (400, "code_invalid"): 49}
    assert (User.objects.count(), Session.objects.count()) == (1, 1)
    assert wrong_tries() == 0


def test_a_hundred_first_logins_at_once_make_one_user() -> None:
    arrivals = race(*[partial(users.get_or_create_user, phone=ALICE)] * 100)
    assert len({arrival.user_id for arrival in arrivals}) == 1
    assert sum(arrival.is_new for arrival in arrivals) == 1
    assert User.objects.count() == 1


def test_twenty_wrong_tries_at_once_spend_the_three_of_the_request(
    requested: dict[str, Any],
) -> None:
    answers = log_in_at_once(20, code=wrong(requested["code"]), request_id=requested["request_id"])
    assert counted(answers) == {(400, "code_invalid"): 3, (400, "code_expired"): 17}
    assert sorted(answer["attempts_left"] for answer in answers if "attempts_left" in answer) == [
        0,
        1,
        2,
    ]
    assert LoginRequest.objects.get().tries_left == 0
    assert LoginChallenge.objects.get().shared_tries == 3
    assert wrong_tries() == 3


def test_twenty_wrong_tries_at_once_without_a_request_id_spend_the_three_shared_ones(
    api: ContractClient, requested: dict[str, Any]
) -> None:
    answers = log_in_at_once(20, code=wrong(requested["code"]))
    assert counted(answers) == {(400, "code_invalid"): 20}
    assert LoginChallenge.objects.get().shared_tries == 0
    assert wrong_tries() == 3
    requester = {"phone": ALICE, "code": requested["code"], "request_id": requested["request_id"]}
    assert api.post("/auth/login", requester).status_code == 200


def test_right_and_wrong_codes_at_once_open_at_most_one_session(requested: dict[str, Any]) -> None:
    right = {"phone": ALICE, "code": requested["code"], "request_id": requested["request_id"]}
    bodies = [right, right | {"code": wrong(requested["code"])}] * 10
    answers = race(
        *(partial(stranger(n).post, "/auth/login", body) for n, body in enumerate(bodies))
    )
    opened = sum(answer.status_code == 200 for answer in answers)
    assert opened == Session.objects.count() <= 1
    assert {answer.status_code for answer in answers} <= {200, 400}


def test_ten_code_requests_at_once_send_one_sms(sent: SmsOutbox) -> None:
    answers = race(*(partial(stranger(n).post, "/auth/code", {"phone": ALICE}) for n in range(10)))
    assert Counter(answer.status_code for answer in answers) == {202: 1, 429: 9}
    assert len(sent.codes(ALICE)) == 1
    assert LoginRequest.objects.count() == 1
