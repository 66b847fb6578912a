"""Among a million users every statement goes by an index, and no call reads more than it shows."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import User
from referral_api.services import pruning
from referral_api.tests.support.clock import NOON, stopped_clock
from referral_api.tests.support.contract import operations
from referral_api.tests.support.every_operation import Call, EveryOperation
from referral_api.tests.support.many_users import STAR, a_million_users
from referral_api.tests.support.plans import explained, rows_read, scanned

pytestmark = pytest.mark.django_db
PAGE = 50
LISTS = ("read_profile", "list_invited_users")


@pytest.fixture(scope="module", autouse=True)
def _million(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), a_million_users(NOON):
        yield


@pytest.fixture
def every_operation(sent: SmsOutbox) -> EveryOperation:
    return EveryOperation(sent)


@pytest.fixture
def calls(every_operation: EveryOperation) -> list[Call]:
    every_operation.run()
    return every_operation.calls


def test_every_operation_of_the_api_is_called(calls: list[Call]) -> None:
    """So a new one comes under the tests below, or fails here."""
    missing = set(operations()) - {call.operation for call in calls}
    assert missing == set(), f"call {missing} in support/every_operation.py"


def test_every_statement_goes_by_an_index_and_none_sorts_the_invited(
    every_operation: EveryOperation,
) -> None:
    with explained() as plans:
        every_operation.run()
    for call in every_operation.calls:
        assert call.statements, f"no statement of {call.operation} was seen"
        assert set(call.statements) <= {plan.statement for plan in plans}
    assert [str(plan) for plan in plans if plan.reads_a_table_from_end_to_end()] == []
    assert [str(plan) for plan in plans if plan.sorts_more_than_a_page()] == []


@pytest.mark.parametrize("plans", ["force_custom_plan", "force_generic_plan"])
def test_no_function_and_no_trigger_reads_a_table_from_end_to_end(
    plans: str, every_operation: EveryOperation
) -> None:
    """By PostgreSQL's counts: with plans for the parameters, and with those that it keeps."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL plan_cache_mode = {plans}; SET CONSTRAINTS ALL IMMEDIATE")
    before = scanned()
    every_operation.run()
    assert scanned() == before


def most_rows_of(call: Call) -> int:
    """Two for each user on a page: the activation, and the phone. Of other calls, a constant.

    Else some of the many versions of a row that one test leaves.
    """
    if call.operation in LISTS:
        shown: int = call.sent.get("limit", PAGE)
        return 2 * shown + 10
    return 250


def test_no_call_reads_more_than_it_shows(calls: list[Call]) -> None:
    assert [call for call in calls if call.rows > most_rows_of(call)] == []


def test_the_last_of_fifty_thousand_cost_as_much_as_the_first(calls: list[Call]) -> None:
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for call in calls:
        if (call.operation, call.caller) == ("list_invited_users", STAR):
            rows_by_limit = last if "cursor" in call.sent else first
            rows_by_limit[call.sent.get("limit", PAGE)] = call.rows
    assert set(first) == {PAGE, 200}
    assert last == first


def test_prune_reads_what_goes_and_reads_it_once() -> None:
    if connection.get_database_version() < (17,):
        pytest.skip(
            "before PostgreSQL 17 a list of a thousand keys is looked for in a whole small table"
        )
    before = rows_read()
    with stopped_clock():
        gone = sum(pruning.prune().values())
    assert gone > 200_000
    assert rows_read() - before < 3 * gone  # to find it, to delete it, and what else a table has


def test_a_statement_without_an_index_would_be_seen() -> None:
    before = scanned()
    with explained() as plans:
        assert not User.objects.filter(last_login=NOON).exists()
        assert len(User.objects.filter(pk__lt=1000).order_by("date_joined")) == 999
    assert [plan.reads_a_table_from_end_to_end() for plan in plans] == [True, False]
    assert [plan.sorts_more_than_a_page() for plan in plans] == [False, True]
    assert scanned() != before
