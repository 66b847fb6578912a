"""Fixtures of all tests. What they are made of is in `support`."""

from collections.abc import Iterator

import pytest
import time_machine
from django.utils import translation
from pytest_django import Settings

from referral_api.gateways.sms import senders
from referral_api.gateways.sms.outbox import SmsOutbox, outbox
from referral_api.tests.support.clock import stopped_clock
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, CHARLIE, Person, log_in


@pytest.fixture(autouse=True)
def sent(settings: Settings) -> Iterator[SmsOutbox]:
    """SMS go to an outbox, at once."""
    settings.SMS_SENDERS = senders.OUTBOX
    outbox.clear()
    yield outbox
    outbox.clear()


@pytest.fixture
def quick_passwords(settings: Settings) -> None:
    """The real hasher takes a second on a busy machine."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A page in Russian leaves its language to the thread, and so to the next test."""
    yield
    translation.deactivate()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stands still at noon until a test moves it."""
    with stopped_clock() as clock:
        yield clock


@pytest.fixture
def api() -> ContractClient:
    """An anonymous caller."""
    return ContractClient()


@pytest.fixture
def alice(db: None) -> Person:
    return log_in(ALICE)


@pytest.fixture
def bob(db: None) -> Person:
    return log_in(BOB)


@pytest.fixture
def charlie(db: None) -> Person:
    return log_in(CHARLIE)
