"""How senders speak HTTP: one kept client, bounds on time and size, and what a status means."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

import httpx

from referral_api.gateways.sms.message import (
    CONNECTION_LOST,
    NO_ANSWER,
    NO_MONEY,
    NOT_UNDERSTOOD,
    REFUSED,
    SERVER_ERROR,
    WRONG_KEY,
    SmsRefused,
    SmsUncertain,
    SmsUnreachable,
)

MAX_ANSWER_BYTES = 64 * 1024
REASONS = {401: WRONG_KEY, 402: NO_MONEY, 403: WRONG_KEY}
NO_REFUSALS = {408, 429}  # the provider may have taken the message, or takes it a moment later
TLS = httpx.create_ssl_context()  # reading the certificates takes 40 ms, so it is done once
Clients = AsyncGenerator[httpx.AsyncClient]
# A connection belongs to one event loop. A server has one; under WSGI, each request has its own.
_kept: WeakKeyDictionary[asyncio.AbstractEventLoop, Clients] = WeakKeyDictionary()


@dataclass(frozen=True)
class Answer:
    """Of a provider, with any status under 500."""

    status: int
    body: bytes

    def json(self) -> Any:
        """None where the body is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def reason(self) -> str:
        """Why it refused, as far as the status says it."""
        return REASONS.get(self.status, REFUSED)

    def raise_by_status(self) -> NoReturn:
        """For an answer whose body does not say what became of the message."""
        said = f"HTTP {self.status}: {self.body[:200].decode(errors='replace')}"
        if 400 <= self.status < 500 and self.status not in NO_REFUSALS:
            raise SmsRefused(self.reason, said=said)
        raise SmsUncertain(NOT_UNDERSTOOD, said=said)


class Http:
    """Posts to providers. Redirects are not followed, and no proxy of the environment is used."""

    def __init__(self, *, connection_seconds: float, answer_seconds: float) -> None:
        """`answer_seconds`: for each wait for a part of the answer; the chain bounds them all."""
        self.timeout = httpx.Timeout(answer_seconds, connect=connection_seconds)

    async def post(
        self,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        login: tuple[str, str] | None = None,
        form: dict[str, str] | None = None,
        body: bytes | dict[str, str] | None = None,
    ) -> Answer:
        """`login`: for HTTP Basic. `body`: JSON, as bytes or as the object.

        Raises SmsUnreachable where there was no connection, and SmsUncertain for a 5xx, a lost
        connection, and no whole answer in time.
        """
        sent = {"Accept-Encoding": "identity"} | (headers or {})
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        if content is not None:
            sent["Content-Type"] = "application/json"
        client = await kept_client()
        request = client.build_request(
            "POST", url, headers=sent, data=form, content=content, timeout=self.timeout
        )
        try:
            answer = await read_answer(client, request, login)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise SmsUnreachable from None
        except httpx.TimeoutException:
            raise SmsUncertain(NO_ANSWER) from None
        except httpx.HTTPError:
            raise SmsUncertain(CONNECTION_LOST) from None
        if answer.status >= 500:
            raise SmsUncertain(SERVER_ERROR, said=f"HTTP {answer.status}")
        return answer


async def read_answer(
    client: httpx.AsyncClient, request: httpx.Request, login: tuple[str, str] | None
) -> Answer:
    auth = login or httpx.USE_CLIENT_DEFAULT  # the default is what the URL itself has
    response = await client.send(request, auth=auth, stream=True)
    try:
        body = b""
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > MAX_ANSWER_BYTES:
                raise SmsUncertain(NOT_UNDERSTOOD, said="The answer is too long.")
    finally:
        await response.aclose()
    return Answer(status=response.status_code, body=body)


async def kept_client() -> httpx.AsyncClient:
    """The one of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _kept:
        limits = httpx.Limits(max_connections=None)  # a silent provider must not take them all
        no_cookies = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        client = httpx.AsyncClient(verify=TLS, trust_env=False, limits=limits, cookies=no_cookies)
        _kept[loop] = until_the_loop_ends(client)
    return await anext(_kept[loop])


async def until_the_loop_ends(client: httpx.AsyncClient) -> Clients:
    """Gives the same client again and again.

    asyncio closes the asynchronous generators of a loop before the loop ends, and so this client.
    """
    try:
        while True:
            yield client
    finally:
        await client.aclose()
