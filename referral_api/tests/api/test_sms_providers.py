"""What becomes of each provider's documented answers, on a server of our own on the loopback."""

import asyncio
import inspect
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook

from referral_api.gateways.sms import providers
from referral_api.gateways.sms.chain import Attempt, Bounds
from referral_api.gateways.sms.known_senders import Options, chain_of
from referral_api.gateways.sms.message import (
    CONNECTION_LOST,
    NO_ANSWER,
    NO_CONNECTION,
    NOT_UNDERSTOOD,
    SERVER_ERROR,
    SmsMessage,
)
from referral_api.tests.support.servers import CHECKOUT, free_port
from referral_api.tests.support.sms_answers import PHONE, PROVIDERS, Documented
from referral_api.tests.support.sms_provider import (
    WEBHOOK_SECRET,
    Reply,
    SmsProvider,
    sms_provider,
)

MESSAGE = SmsMessage(
    phone=PHONE,
    code="4321",
    text="Your code: 4321",
    language="en",
    request_id=UUID(PROVIDERS["webhook"].sends["request_id"]),
)
PATIENT = Bounds()
IMPATIENT = Bounds(connection=10, answer=0.1, chain=30)
REFUSALS = [
    pytest.param(name, reply, reason, id=f"{name} {reason} {number}")
    for name, documented in PROVIDERS.items()
    for number, (reply, reason) in enumerate(documented.refusals)
]
NAMED = sorted(set(PROVIDERS) - {"webhook"})  # by a file in providers/
every_provider = pytest.mark.parametrize("name", PROVIDERS)


@pytest.fixture
def server() -> Iterator[SmsProvider]:
    with sms_provider() as provider:
        yield provider


def address_of(documented: Documented, url: str) -> str:
    if documented.address == "webhook":
        return f"webhook+{url}"
    return f"{documented.address}?endpoint={url}"


def send(name: str, url: str, bounds: Bounds = PATIENT) -> Attempt:
    """What became of one message."""
    options = Options(webhook_secret=WEBHOOK_SECRET, bounds=bounds)
    chain = chain_of([address_of(PROVIDERS[name], url)], options)
    (attempt,) = asyncio.run(chain.send(MESSAGE)).attempts
    assert attempt.sender == name
    return attempt


def test_every_provider_is_tried_here() -> None:
    assert sorted(module.name for module in iter_modules(providers.__path__)) == NAMED


@pytest.mark.parametrize("name", NAMED)
def test_every_provider_is_short_and_explained(name: str) -> None:
    module = import_module(f"{providers.__name__}.{name}")
    assert len(inspect.getsource(module).splitlines()) <= 60
    grammar = module.GRAMMAR
    assert grammar.startswith(f"{name}://")
    assert f"`{grammar}`" in (CHECKOUT / "docs/sms.md").read_text()


@every_provider
def test_an_accepted_message_is_accepted(name: str, server: SmsProvider) -> None:
    documented = PROVIDERS[name]
    server.reply = documented.accepted
    assert send(name, server.url).result == "accepted"
    (received,) = server.received
    assert received.fields == documented.sends
    assert received.headers.get("authorization", "") == documented.authorization


@pytest.mark.parametrize(("name", "reply", "reason"), REFUSALS)
def test_a_refusal_is_refused(name: str, reply: Reply, reason: str, server: SmsProvider) -> None:
    server.reply = reply
    attempt = send(name, server.url)
    assert (attempt.result, attempt.reason) == ("refused", reason)


@every_provider
@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(500, {"error": "oops"}), SERVER_ERROR),
        (Reply(503, b"<html>"), SERVER_ERROR),
        (Reply(302, b""), NOT_UNDERSTOOD),
        (Reply(429, b"slowly"), NOT_UNDERSTOOD),
        (Reply(200, closes=True), CONNECTION_LOST),
    ],
)
def test_what_is_not_clear_is_uncertain(
    name: str, reply: Reply, reason: str, server: SmsProvider
) -> None:
    server.reply = reply
    attempt = send(name, server.url)
    assert (attempt.result, attempt.reason) == ("uncertain", reason)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"<html>It works!</html>",
        b"\xff\xfe\x00",
        b"[" * 50_000,
        b"x" * 100_000,
        b"null",
        b"{}",
        b'{"sms": [], "status_code": 100, "success": true, "error": 1, "code": "1", "sid": 3}',
    ],
)
def test_garbage_is_uncertain(name: str, garbage: bytes, server: SmsProvider) -> None:
    server.reply = Reply(200, garbage)
    attempt = send(name, server.url)
    assert (attempt.result, attempt.reason) == ("uncertain", NOT_UNDERSTOOD)


@every_provider
def test_silence_is_uncertain(name: str, server: SmsProvider) -> None:
    server.may_answer.clear()
    attempt = send(name, server.url, IMPATIENT)
    assert (attempt.result, attempt.reason) == ("uncertain", NO_ANSWER)


@every_provider
def test_no_connection_is_as_certain_as_a_refusal(name: str) -> None:
    attempt = send(name, f"http://127.0.0.1:{free_port()}/")
    assert (attempt.result, attempt.reason) == ("refused", NO_CONNECTION)


def test_a_webhook_can_be_verified_by_the_library_of_its_standard(server: SmsProvider) -> None:
    send("webhook", server.url)
    (received,) = server.received
    verified = Webhook(WEBHOOK_SECRET).verify(received.raw, received.headers)
    assert verified == PROVIDERS["webhook"].sends
    assert received.headers["webhook-id"] == f"msg_{MESSAGE.request_id}"


def test_messages_of_one_event_loop_share_a_connection(server: SmsProvider) -> None:
    chain = chain_of([server.webhook], Options(webhook_secret=WEBHOOK_SECRET))

    async def send_three() -> None:
        for _ in range(3):
            await chain.send(MESSAGE)

    asyncio.run(send_three())
    assert (len(server.received), server.connections) == (3, 1)
    assert not any("cookie" in received.headers for received in server.received)
