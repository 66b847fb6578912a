"""The limits hold over worker processes and restarts, on a real server."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

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
    """What each request for a code got, up to a hundred under way at once."""

    async def ask_for_all() -> list[int]:
        async with server.async_client() as client:
            client.timeout = httpx.Timeout(
                30, pool=None
            )  # eight hundred wait for a hundred connections
            replies = await asyncio.gather(
                *(client.post("/auth/code", json={"phone": phone}) for phone in phones)
            )
            return [reply.status_code for reply in replies]

    with ThreadPoolExecutor(
        1
    ) as thread:  # an event loop in this thread would forbid Django's database calls
        return Counter(thread.submit(asyncio.run, ask_for_all()).result())


def test_four_workers_give_out_not_one_unit_too_many_and_a_restart_gives_none_back() -> None:
    database = database_url()
    with live_server(database, **SETTINGS) as server:
        assert answers(server, ONE_PHONE) == {202: 2, 429: 798}
        assert answers(server, MANY_PHONES) == {202: 18, 429: 782}
    with live_server(database, **SETTINGS) as server:
        assert answers(server, [*ONE_PHONE[:100], *MANY_PHONES[:100]]) == {429: 200}
