"""Many codes through one webhook, on a real server: what they cost, and what its log says."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from referral_api.tests.support.servers import LiveServer, database_url, live_server
from referral_api.tests.support.sms_provider import (
    WEBHOOK_SECRET,
    Received,
    Reply,
    SmsProvider,
    sms_provider,
)

pytestmark = pytest.mark.django_db(transaction=True)
SENT = 200  # codes that the site may send
AT_ONCE = 8
KEYED_HASH = re.compile(r"\b[0-9a-f]{32}\b")
REPLIES = {"8": Reply(422), "9": Reply(500)}  # by the last digit of a phone; the others: accepted


class Mixed(SmsProvider):
    """Takes most messages, refuses some, and fails for others."""

    def reply_to(self, received: Received) -> Reply:
        return REPLIES.get(received.fields["phone"][-1], Reply(204, b""))


@pytest.fixture
def provider() -> Iterator[SmsProvider]:
    with sms_provider(Mixed) as provider:
        yield provider


async def request_codes(server: LiveServer, phones: list[str]) -> Counter[int]:
    """Asks for a code for each, AT_ONCE at a time."""
    waiting = iter(phones)
    statuses: Counter[int] = Counter()

    async def work() -> None:
        async with server.async_client() as client:
            for phone in waiting:
                answer = await client.post("/auth/code", json={"phone": phone})
                statuses[answer.status_code] += 1

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return statuses


def test_units_equal_the_codes_that_may_have_been_sent_and_no_log_knows_them(
    provider: SmsProvider, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = {
        "SMS_SENDERS": provider.webhook,
        "SMS_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "PHONE_REGIONS": "RU",
        "SMS_ALARM": "off",  # nobody logs in here
        "OTP_LENGTH": 8,  # four digits may stand in a log by chance
        "LIMIT_SMS_PER_DAY": f"{SENT}/999999999",
        "SMS_STRANGERS_PERCENT": 100,
    }
    phones = [f"+7916{number:07}" for number in range(1_000_000, 1_000_000 + SENT * 2)]
    with live_server(database_url(), **settings) as server, ThreadPoolExecutor(1) as thread:
        statuses = thread.submit(asyncio.run, request_codes(server, phones)).result()
    sent = [received.fields for received in provider.received]
    refused = [fields for fields in sent if fields["phone"].endswith("8")]
    assert statuses[202] == len(sent) - len(refused) == SENT
    assert statuses[502] >= len(refused) > 0
    log = KEYED_HASH.sub("", capfd.readouterr().err)
    assert "server error" in log
    for fields in sent:
        for secret in (fields["code"], fields["text"], fields["phone"], fields["phone"][1:]):
            assert secret not in log
    assert "whsec_" not in log
