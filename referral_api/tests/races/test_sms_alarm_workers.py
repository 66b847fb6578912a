"""The alarm over worker processes, on a real server with a provider of its own."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from referral_api.services import sms_counts
from referral_api.tests.support.servers import LiveServer, database_url, live_server
from referral_api.tests.support.sms_provider import (
    WEBHOOK_SECRET,
    Reply,
    SmsProvider,
    sms_provider,
)
from referral_api.tests.support.sms_regions import counted, phone_in

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 16
THRESHOLD = [(100, 0), (101, 0)]  # the second where an hour ends in the middle of the test
SETTINGS = {
    "WEB_CONCURRENCY": 4,
    "SMS_WEBHOOK_SECRET": WEBHOOK_SECRET,
    "PHONE_REGIONS": "RU,KZ",
    "SMS_ALARM": "100:10",
}


@pytest.fixture
def provider() -> Iterator[SmsProvider]:
    with sms_provider() as provider:
        provider.reply = Reply(204, b"")
        yield provider


def request_codes(server: LiveServer, phones: list[str]) -> list[httpx.Response]:
    """Asks for a code for each, AT_ONCE at a time."""
    waiting = iter(phones)
    answers: list[httpx.Response] = []

    async def work() -> None:
        async with server.async_client() as client:
            for phone in waiting:
                answer = await client.post("/auth/code", json={"phone": phone})
                answers.append(answer)

    async def work_at_once() -> None:
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))

    # An event loop in this thread would forbid Django's database calls.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work_at_once()).result()
    return answers


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def closings(capfd: pytest.CaptureFixture[str]) -> list[tuple[int, int]]:
    """Codes and confirmations of each closing in the servers' log since the last call."""
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line[:1] == "{"]
    closed = [line for line in lines if line["event"] == "sms_region_closed"]
    return [(line["sent"], line["confirmed"]) for line in closed]


def test_four_workers_close_a_region_once_at_the_threshold_and_open_it_again(
    provider: SmsProvider, capfd: pytest.CaptureFixture[str]
) -> None:
    phones = [phone_in("RU", number) for number in range(900)]
    with live_server(database_url(), SMS_SENDERS=provider.webhook, **SETTINGS) as server:
        for first in (0, 450):
            asked = phones[first : first + 400]
            found = statuses(request_codes(server, asked))
            assert found[202] + found[429] == 400
            ((sent, confirmed),) = closings(capfd)
            assert (sent, confirmed) in THRESHOLD
            assert sent <= found[202] < sent + AT_ONCE  # those on their way when it was closed
            refused = request_codes(server, phones[first + 400 : first + 410])
            assert statuses(refused) == {429: 10}
            assert min(answer.json()["retry_after"] for answer in refused) > 3000
            assert sms_counts.open_region(region="RU")
        assert statuses(request_codes(server, phones[-10:])) == {202: 10}
    taken = [sent for _sender, sent, _refused, _uncertain, _confirmed in counted()]
    assert sum(taken) == len(provider.received)


def test_logins_that_four_workers_count_keep_a_region_open(
    provider: SmsProvider, capfd: pytest.CaptureFixture[str]
) -> None:
    with live_server(database_url(), SMS_SENDERS=provider.webhook, **SETTINGS) as server:
        request_codes(server, [phone_in("RU", number) for number in range(20)])
        with server.client() as client:
            for received in provider.received[:]:
                login = {name: received.fields[name] for name in ("phone", "code", "request_id")}
                assert client.post("/auth/login", json=login).status_code == 200
        answers = request_codes(server, [phone_in("RU", number) for number in range(20, 300)])
    ((sent, confirmed),) = closings(capfd)
    assert confirmed == 20
    assert 199 <= sent <= 202  # 20 of 201 are fewer than 10 % for the first time
    assert statuses(answers)[202] < sent - 20 + AT_ONCE
