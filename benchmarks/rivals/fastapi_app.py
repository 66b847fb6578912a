"""FastAPI with an asyncpg pool: response models, dependencies, and no ORM."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import PlainTextResponse

from benchmarks.rivals import answers, queries
from benchmarks.rivals.common import (
    CONNECTIONS,
    DATABASE_URL,
    PAGE,
    SMS_DELAY,
    position_of,
    user_of,
)
from benchmarks.rivals.fastapi_schemas import (
    CodeRequested,
    CodeRequestIn,
    InvitedUsers,
    InviteIn,
    LoginIn,
    Profile,
    Session,
)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        DATABASE_URL, min_size=CONNECTIONS, max_size=CONNECTIONS
    ) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


async def pool_of(request: Request) -> Any:
    return request.app.state.pool


async def caller(authorization: Annotated[str, Header()] = "") -> int:
    if (user_id := user_of(authorization)) is None:
        raise HTTPException(401, "unauthenticated")
    return user_id


Caller = Annotated[int, Depends(caller)]
Pool = Annotated[Any, Depends(pool_of)]


@app.get("/livez", response_class=PlainTextResponse)
async def livez() -> str:
    return "ok\n"


@app.get("/api/v1/profile", response_model=Profile)
async def read_profile(user_id: Caller, pool: Pool) -> dict[str, Any]:
    async with pool.acquire() as connection:
        row = await queries.read(connection, user_id, PAGE)
    if not row:
        raise HTTPException(401, "unauthenticated")
    return answers.profile(row, PAGE)


@app.get("/api/v1/profile/invited-users", response_model=InvitedUsers)
async def list_invited_users(
    user_id: Caller,
    pool: Pool,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
    cursor: str | None = None,
) -> dict[str, Any]:
    async with pool.acquire() as connection:
        row = await queries.read(
            connection, user_id, limit, position_of(cursor) if cursor else None
        )
    if not row:
        raise HTTPException(401, "unauthenticated")
    return answers.invited_users(row, limit)


@app.post("/api/v1/profile/activate-invite", response_model=Profile)
async def activate_invite(data: InviteIn, user_id: Caller, pool: Pool) -> dict[str, Any]:
    async with pool.acquire() as connection:
        if not await queries.activate(connection, user_id, data.invite_code):
            raise HTTPException(409, "invite_already_activated")
        row = await queries.read(connection, user_id, PAGE)
    return answers.profile(row, PAGE)


@app.post("/api/v1/auth/code", status_code=202, response_model=CodeRequested)
async def request_code(data: CodeRequestIn, pool: Pool) -> dict[str, Any]:
    async with pool.acquire() as connection:
        request_id, code = await queries.store_code(connection, data.phone)
    await asyncio.sleep(SMS_DELAY)
    return answers.code_requested(request_id, data.phone, code)


@app.post("/api/v1/auth/login", response_model=Session)
async def log_in(data: LoginIn, pool: Pool) -> dict[str, Any]:
    async with pool.acquire() as connection:
        login = await queries.log_in(connection, data.phone, data.code, data.request_id)
    if login is None:
        raise HTTPException(400, "code_invalid")
    return login.answer()
