"""Among a million users every statement goes by an index, and no call reads more than it shows."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoDbBlocker

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import User
from referral_api.services import pruning
from referral_api.tests.support.contract import document
from referral_api.tests.support.every_operation import NOW, Call, Life
from referral_api.tests.support.many_users import a_million_users
from referral_api.tests.support.plans import explained, rows_read, scanned

pytestmark = pytest.mark.django_db
PAGE = 50
LISTS = ("read_profile", "list_invited_users")


@pytest.fixture(scope="module", autouse=True)
def _million(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), a_million_users(NOW):
        yield


@pytest.fixture
def life(sent: SmsOutbox) -> Life:
    return Life(sent)


@pytest.fixture
def calls(life: Life) -> list[Call]:
    life.passes()
    return life.calls


def test_every_operation_of_the_api_is_called(calls: list[Call]) -> None:
    """So a new one comes under the tests below, or fails here."""
    operations = {
        way["operationId"] for ways in document()["paths"].values() for way in ways.values()
    }
    assert {call.operation for call in calls} == operations


def test_every_statement_goes_by_an_index_and_none_sorts_the_invited(life: Life) -> None:
    with explained() as plans:
        life.passes()
    assert len({plan.statement for plan in plans}) > 20
    assert not [
        str(plan)
        for plan in plans
        if plan.reads_a_table_from_end_to_end() or plan.sorts_more_than_a_page()
    ]


@pytest.mark.parametrize("plans", ["force_custom_plan", "force_generic_plan"])
def test_no_function_and_no_trigger_reads_a_table_from_end_to_end(plans: str, life: Life) -> None:
    """PostgreSQL's own counts, for plans made for the parameters and for those that a session keeps."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL plan_cache_mode = {plans}; SET CONSTRAINTS ALL IMMEDIATE")
    before = scanned()
    life.passes()
    assert scanned() == before


def test_no_call_reads_more_than_it_shows(calls: list[Call]) -> None:
    """Two rows for each of a list: who came, and the phone. Else some of the many versions that one test leaves."""
    for call in calls:
        assert call.rows <= (
            2 * call.query.get("limit", PAGE) + 10 if call.operation in LISTS else 250
        ), call


def test_the_last_of_fifty_thousand_cost_as_much_as_the_first(calls: list[Call]) -> None:
    pages = [call.rows for call in calls if call.operation == "list_invited_users"][
        :4
    ]  # the star's
    assert pages[2:] == pages[:2]


def test_prune_reads_what_goes_and_reads_it_once() -> None:
    if connection.get_database_version() < (17,):
        pytest.skip(
            "before PostgreSQL 17 a thousand keys in one list are looked for in the whole of a small table"
        )
    before = rows_read()
    with time_machine.travel(NOW, tick=False):
        gone = sum(pruning.prune().values())
    assert gone > 200_000
    assert rows_read() - before < 3 * gone  # to find it, to delete it, and what else a table has


def test_a_statement_without_an_index_would_be_seen() -> None:
    before = scanned()
    with explained() as plans:
        assert not User.objects.filter(last_login=NOW).exists()
        assert len(User.objects.filter(pk__lt=1000).order_by("date_joined")) == 999
    assert [plan.reads_a_table_from_end_to_end() for plan in plans] == [True, False]
    assert [plan.sorts_more_than_a_page() for plan in plans] == [False, True]
    assert scanned() != before
