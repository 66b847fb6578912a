"""The cast and its tools. Alice invites, Bob is invited, Charlie must never see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_django import Settings

from referral_api.gateways.sms.outbox import SmsOutbox, outbox
from referral_api.tests.support.contract import ContractClient

ALICE, BOB, CHARLIE = "+79161234501", "+79161234502", "+79161234503"


@pytest.fixture(autouse=True)
def sent(settings: Settings) -> Iterator[SmsOutbox]:
    """SMS go to an outbox, at once."""
    settings.SMS_SENDER = "outbox"
    outbox.clear()
    yield outbox
    outbox.clear()


@pytest.fixture
def api() -> ContractClient:
    """An anonymous caller."""
    return ContractClient()


@dataclass
class Person:
    """Somebody who is logged in."""

    phone: str
    client: ContractClient
    session: dict[str, Any]

    @property
    def invite_code(self) -> str:
        return str(self.profile()["invite_code"])

    def profile(self) -> dict[str, Any]:
        return dict(self.client.get("/profile").json())

    def activate(self, invite_code: str) -> Any:
        return self.client.post("/profile/activate-invite", {"invite_code": invite_code})


def log_in(phone: str, **extra: str) -> Person:
    """The whole way: request a code, read it in the outbox, send it back."""
    anonymous = ContractClient()
    requested = anonymous.post("/auth/code", {"phone": phone}).json()
    body = {
        "phone": phone,
        "code": outbox.last_code(phone),
        "request_id": requested["request_id"],
        **extra,
    }
    session = anonymous.post("/auth/login", body).json()
    return Person(phone, ContractClient(bearer=session["access"]), session)


@pytest.fixture
def alice(db: None) -> Person:
    return log_in(ALICE)


@pytest.fixture
def bob(db: None) -> Person:
    return log_in(BOB)


@pytest.fixture
def charlie(db: None) -> Person:
    return log_in(CHARLIE)
