"""Units of work wait for PostgreSQL on the event loop, each on a connection of its own."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.core.exceptions import SynchronousOnlyOperation
from django.db import OperationalError, connection, transaction
from django.utils import translation

from backend.asgi import database_units
from backend.asgi.database_units import DatabaseUnits
from referral_api.models import User
from referral_api.tests.support.people import ALICE

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def with_units(
    use: Callable[[DatabaseUnits], Coroutine[Any, Any, T]], *, size: int = 2, seconds: float = 60
) -> T:
    """In an event loop of its own, apart from this thread, whose connection is the test's."""

    async def all_of_it() -> T:
        database_units.install()
        units = DatabaseUnits(size, seconds)
        try:
            return await use(units)
        finally:
            for line in units.free:
                line.stop_listening()
                await asyncio.to_thread(line.database.close)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, all_of_it()).result()


def answer_to(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def backend() -> Any:
    return answer_to("SELECT pg_backend_pid() FROM pg_sleep(0.01)")


def test_many_units_share_a_few_connections_and_one_thread() -> None:
    def work() -> tuple[int, int]:
        return backend(), threading.get_ident()

    async def run_all(units: DatabaseUnits) -> list[tuple[int, int]]:
        return list(await asyncio.gather(*(units.run(work) for _ in range(20))))

    found = with_units(run_all)
    assert len({pid for pid, _thread in found}) == 2
    assert len({thread for _pid, thread in found}) == 1


def test_a_unit_keeps_its_connection_and_its_transaction_while_others_run() -> None:
    def work() -> bool:
        with transaction.atomic():
            before = answer_to("SELECT pg_current_xact_id()")
            backend()
            return bool(before == answer_to("SELECT pg_current_xact_id()"))

    async def run_all(units: DatabaseUnits) -> list[bool]:
        return list(await asyncio.gather(*(units.run(work) for _ in range(10))))

    assert with_units(run_all) == [True] * 10


def test_what_a_unit_raises_is_raised_where_it_is_awaited_and_undoes_its_transaction() -> None:
    def work() -> None:
        with transaction.atomic():
            User.objects.create_user(ALICE)
            raise LookupError("at the end")

    with pytest.raises(LookupError, match="at the end"):
        with_units(lambda units: units.run(work))
    assert not User.objects.exists()


def test_a_unit_that_lost_its_caller_runs_to_its_end() -> None:
    def work() -> None:
        backend()
        User.objects.create_user(ALICE)

    async def leave(units: DatabaseUnits) -> Any:
        task = asyncio.create_task(units.run(work))
        await asyncio.sleep(0)
        task.cancel()
        return await units.run(backend) and await units.run(backend)

    assert with_units(leave, size=1)
    assert User.objects.count() == 1


# PostgreSQL does not notice at once that nobody waits for the answer any more.
END_SLEEPERS = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
 WHERE query = 'SELECT pg_sleep(30)'
"""


def test_nobody_waits_longer_than_the_bound_for_postgresql_or_for_a_turn() -> None:
    async def run_three(units: DatabaseUnits) -> list[Any]:
        await units.run(backend)
        began = time.monotonic()
        slow = [units.run(lambda: answer_to("SELECT pg_sleep(30)")) for _ in range(3)]
        outcomes = await asyncio.gather(*slow, return_exceptions=True)
        assert time.monotonic() - began < 20
        return [*outcomes, await units.run(lambda: answer_to("SELECT 1"))]

    *late, after = with_units(run_three, size=1, seconds=2)
    assert [type(outcome) for outcome in late] == [OperationalError] * 3
    assert after == 1  # on a new connection
    assert answer_to(END_SLEEPERS) == 1


def test_a_unit_speaks_the_language_of_its_request_and_sees_no_event_loop() -> None:
    def work() -> tuple[str | None, bool]:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return translation.get_language(), False
        return translation.get_language(), True

    async def in_russian(units: DatabaseUnits) -> Any:
        with translation.override("ru"):
            found = await units.run(work)
        with pytest.raises(SynchronousOnlyOperation):
            User.objects.count()  # outside, Django's guard holds
        return found

    assert with_units(in_russian) == ("ru", False)


def test_thousands_of_units_that_need_no_database_end_while_one_is_busy() -> None:
    async def run_all(units: DatabaseUnits) -> int:
        busy = asyncio.create_task(units.run(backend))
        await asyncio.sleep(0)
        quick = [units.run(lambda: 1) for _ in range(3_000)]
        found: int = sum(await asyncio.gather(*quick))
        await busy
        return found

    assert with_units(run_all, size=1) == 3_000


def test_a_large_statement_is_sent_piece_by_piece() -> None:
    text = "x" * 30_000_000

    def work() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT length(%s)", [text])
            return int(cursor.fetchone()[0])

    assert with_units(lambda units: units.run(work)) == len(text)
