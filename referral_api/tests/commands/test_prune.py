from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import LimitState, LoginChallenge, LoginRequest, Session, WrongTries
from referral_api.services import pruning
from referral_api.tests.conftest import ALICE, log_in
from referral_api.tests.support.contract import ContractClient

pytestmark = pytest.mark.django_db
START = "2026-03-01T12:00:00Z"


def rows() -> list[int]:
    return [
        model._base_manager.count()
        for model in (LoginChallenge, LoginRequest, Session, LimitState, WrongTries)
    ]


def test_what_is_alive_stays(api: ContractClient, sent: SmsOutbox) -> None:
    with time_machine.travel(START, tick=False):
        log_in(ALICE)
        api.post("/auth/code", {"phone": ALICE})
        api.post("/auth/login", {"phone": ALICE, "code": "999999999"})
        before = rows()
        call_command("prune", verbosity=0)
        assert rows() == before
        assert all(before)


def test_what_says_nothing_any_more_goes(api: ContractClient, sent: SmsOutbox) -> None:
    with time_machine.travel(START, tick=False) as clock:
        log_in(ALICE)
        api.post("/auth/code", {"phone": ALICE})
        api.post("/auth/login", {"phone": ALICE, "code": "999999999"})
        clock.shift(timedelta(days=182))
        pruning.prune()
        assert rows() == [0, 0, 0, 0, 1]  # the wrong tries count for 183 days
        clock.shift(timedelta(days=1))
        pruning.prune()
        assert rows() == [0, 0, 0, 0, 0]


def test_a_late_caller_still_hears_that_the_code_expired(
    api: ContractClient, sent: SmsOutbox
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        request_id = api.post("/auth/code", {"phone": ALICE}).json()["request_id"]
        clock.shift(3600)
        pruning.prune()
        body = {"phone": ALICE, "code": sent.last_code(ALICE), "request_id": request_id}
        assert api.post("/auth/login", body).json()["code"] == "code_expired"


def test_more_rows_than_a_batch_go_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    with time_machine.travel(START, tick=False) as clock:
        LimitState.objects.bulk_create(
            LimitState(key=str(n), spent_until=timezone.now()) for n in range(5)
        )
        clock.shift(1)
        assert pruning.prune()["limitstate"] == 5
