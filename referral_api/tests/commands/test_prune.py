from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import (
    LimitState,
    LoginChallenge,
    LoginRequest,
    Session,
    SmsConfirmation,
    SmsCount,
    WrongTries,
)
from referral_api.services import pruning
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, log_in

pytestmark = pytest.mark.django_db


def rows() -> list[int]:
    return [
        model._base_manager.count()
        for model in (LoginChallenge, LoginRequest, Session, LimitState, WrongTries)
    ]


def test_what_is_alive_stays(
    clock: time_machine.Traveller, api: ContractClient, sent: SmsOutbox
) -> None:
    log_in(ALICE)
    api.post("/auth/code", {"phone": ALICE})
    api.post("/auth/login", {"phone": ALICE, "code": "999999999"})
    before = rows()
    call_command("prune", verbosity=0)
    assert rows() == before
    assert all(before)


def test_what_says_nothing_any_more_goes(
    clock: time_machine.Traveller, api: ContractClient, sent: SmsOutbox
) -> None:
    log_in(ALICE)
    api.post("/auth/code", {"phone": ALICE})
    api.post("/auth/login", {"phone": ALICE, "code": "999999999"})
    clock.shift(timedelta(days=182))
    pruning.prune()
    assert rows() == [0, 0, 0, 0, 1]  # the wrong tries count for 183 days
    clock.shift(timedelta(days=1))
    pruning.prune()
    assert rows() == [0, 0, 0, 0, 0]


def test_counts_of_sms_are_kept_for_35_days(clock: time_machine.Traveller, sent: SmsOutbox) -> None:
    log_in(ALICE)
    clock.shift(timedelta(days=35, seconds=-1))
    assert pruning.prune()["smscount"] == 0
    clock.shift(1)
    assert pruning.prune()["smscount"] == 1
    assert not SmsCount.objects.exists()
    assert not SmsConfirmation.objects.exists()


def test_a_late_caller_still_hears_that_the_code_expired(
    clock: time_machine.Traveller, api: ContractClient, sent: SmsOutbox
) -> None:
    request_id = api.post("/auth/code", {"phone": ALICE}).json()["request_id"]
    clock.shift(3600)
    pruning.prune()
    body = {"phone": ALICE, "code": sent.last_code(ALICE), "request_id": request_id}
    assert api.post("/auth/login", body).json()["code"] == "code_expired"


def test_more_rows_than_a_batch_go_in_one_call(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    LimitState.objects.bulk_create(
        LimitState(key=str(n), spent_until=timezone.now()) for n in range(5)
    )
    clock.shift(1)
    assert pruning.prune()["limitstate"] == 5
