"""The limits hold over worker processes and restarts, on a real server."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import httpx
import pytest

from referral_api.tests.support.servers import LiveServer, database_url, live_server

pytestmark = pytest.mark.django_db(transaction=True)
SETTINGS = {
    "WEB_CONCURRENCY": 4,
    "SMS_DELAY_MIN": 0,
    "SMS_DELAY_MAX": 0,
    "OTP_RESEND_SECONDS": 0,
    "LIMIT_SMS_PER_PHONE": "2/86400",
    "LIMIT_SMS_PER_IP": "20/86400",
}
ONE_PHONE = ["+79161234501"] * 800
MANY_PHONES = [f"+7916{n:07d}" for n in range(800)]


def answers(server: LiveServer, phones: Iterable[str]) -> Counter[int]:
    """What each request for a code got, with fifty clients that ask at the same time."""
    waiting = iter(phones)

    async def ask_one_after_another(client: httpx.AsyncClient) -> list[int]:
        found = []
        for phone in waiting:
            answer = await client.post("/auth/code", json={"phone": phone})
            found.append(answer.status_code)
        return found

    async def ask_for_all() -> list[list[int]]:
        # One client with many waiting requests looks through all of them for each answer.
        async with server.async_client() as client:
            return await asyncio.gather(*(ask_one_after_another(client) for _ in range(50)))

    # An event loop in this thread would forbid Django's database calls.
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(asyncio.run, ask_for_all()).result()
    return Counter(chain.from_iterable(found))


def test_four_workers_give_out_not_one_unit_too_many_and_a_restart_gives_none_back() -> None:
    database = database_url()
    with live_server(database, **SETTINGS) as server:
        assert answers(server, ONE_PHONE) == {202: 2, 429: 798}
        assert answers(server, MANY_PHONES) == {202: 18, 429: 782}
    with live_server(database, **SETTINGS) as server:
        assert answers(server, [*ONE_PHONE[:100], *MANY_PHONES[:100]]) == {429: 200}
