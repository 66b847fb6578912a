"""The floor: a raw ASGI application with an asyncpg pool and orjson. What the work costs without any framework."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import asyncpg
import orjson

from benchmarks.rivals import answers, queries
from benchmarks.rivals.common import (
    CONNECTIONS,
    DATABASE_URL,
    PAGE,
    SMS_DELAY,
    position_of,
    to_e164,
    user_of,
)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = tuple[int, bytes]
Handler = Callable[[Scope, Receive], Awaitable[Answer]]

UNAUTHENTICATED = 401, b'{"code":"unauthenticated"}'
pool: Any = None


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        return await lifespan(receive, send)
    handler = HANDLERS.get((scope["method"], scope["path"]), not_found)
    status, body = await handler(scope, receive)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return None


async def lifespan(receive: Receive, send: Send) -> None:
    global pool  # noqa: PLW0603 -- one per process
    await receive()
    pool = await asyncpg.create_pool(DATABASE_URL, min_size=CONNECTIONS, max_size=CONNECTIONS)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await pool.close()
    await send({"type": "lifespan.shutdown.complete"})


async def livez(scope: Scope, receive: Receive) -> Answer:
    return 200, b"ok\n"


async def not_found(scope: Scope, receive: Receive) -> Answer:
    return 404, b'{"code":"not_found"}'


async def profile(scope: Scope, receive: Receive) -> Answer:
    if not (user_id := caller(scope)):
        return UNAUTHENTICATED
    async with pool.acquire() as connection:
        row = await queries.read(connection, user_id, PAGE)
    return ok(answers.profile(row, PAGE)) if row else UNAUTHENTICATED


async def invited_users(scope: Scope, receive: Receive) -> Answer:
    if not (user_id := caller(scope)):
        return UNAUTHENTICATED
    query = parse_qs(scope["query_string"].decode())
    limit = int(query.get("limit", [str(PAGE)])[0])
    after = position_of(query["cursor"][0]) if "cursor" in query else None
    async with pool.acquire() as connection:
        row = await queries.read(connection, user_id, limit, after)
    return ok(answers.invited_users(row, limit)) if row else UNAUTHENTICATED


async def activate_invite(scope: Scope, receive: Receive) -> Answer:
    if not (user_id := caller(scope)):
        return UNAUTHENTICATED
    body = await json_body(receive)
    async with pool.acquire() as connection:
        if not await queries.activate(connection, user_id, body["invite_code"]):
            return 409, b'{"code":"invite_already_activated"}'
        row = await queries.read(connection, user_id, PAGE)
    return ok(answers.profile(row, PAGE))


async def request_code(scope: Scope, receive: Receive) -> Answer:
    phone = to_e164((await json_body(receive))["phone"])
    async with pool.acquire() as connection:
        request_id, code = await queries.store_code(connection, phone)
    await asyncio.sleep(SMS_DELAY)
    return 202, orjson.dumps(answers.code_requested(request_id, phone, code))


async def log_in(scope: Scope, receive: Receive) -> Answer:
    body = await json_body(receive)
    phone, request_id = to_e164(body["phone"]), UUID(body["request_id"])
    async with pool.acquire() as connection:
        login = await queries.log_in(connection, phone, body["code"], request_id)
    return ok(login.answer()) if login else (400, b'{"code":"code_invalid"}')


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "/livez"): livez,
    ("GET", "/api/v1/profile"): profile,
    ("GET", "/api/v1/profile/invited-users"): invited_users,
    ("POST", "/api/v1/profile/activate-invite"): activate_invite,
    ("POST", "/api/v1/auth/code"): request_code,
    ("POST", "/api/v1/auth/login"): log_in,
}


def caller(scope: Scope) -> int | None:
    authorization = next(
        (value for name, value in scope["headers"] if name == b"authorization"), b""
    )
    return user_of(authorization.decode())


async def json_body(receive: Receive) -> dict[str, Any]:
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message.get("more_body"):
            parsed: dict[str, Any] = orjson.loads(body)
            return parsed


def ok(answer: dict[str, Any]) -> Answer:
    return 200, orjson.dumps(answer, option=orjson.OPT_UTC_Z)
