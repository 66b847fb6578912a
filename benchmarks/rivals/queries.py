"""The work in PostgreSQL, for the two rivals on asyncpg: one statement wherever one will do, none of the limits."""

from datetime import UTC, datetime
from secrets import compare_digest
from typing import Any
from uuid import UUID, uuid4

from benchmarks.rivals.common import (
    CODE_LENGTH,
    CODE_TTL,
    PEPPER,
    REFRESH_TTL,
    RESEND,
    TRIES,
    Position,
)
from referral_api.invite_codes import new_invite_code
from referral_api.one_time_codes import one_time_code

LANE = UUID(int=0)  # the rivals know one lane alone

READ = """
SELECT me.phone, me.invite_code, me.invited_total, own.activated_at,
       (SELECT invite_code FROM referral_api_user WHERE id = own.inviter_id) AS activated_invite_code,
       page.phones, page.moments, page.ids
  FROM referral_api_user me
  LEFT JOIN referral_api_activation own ON own.invited_user_id = me.id
 CROSS JOIN LATERAL (
       SELECT array_agg((SELECT phone FROM referral_api_user WHERE id = invited_user_id)) AS phones,
              array_agg(activated_at) AS moments, array_agg(invited_user_id) AS ids
         FROM (SELECT invited_user_id, activated_at FROM referral_api_activation
                WHERE inviter_id = me.id {after}
                ORDER BY activated_at DESC, invited_user_id DESC LIMIT $2) newest) page
 WHERE me.id = $1 AND me.is_active
"""
READ_FIRST = READ.format(after="")
READ_AFTER = READ.format(after="AND (activated_at, invited_user_id) < ($3, $4)")
STORE_CODE = """
WITH challenge AS (
    INSERT INTO referral_api_loginchallenge
        (phone, id, lane, code_length, expires_at, renew_at, next_request_at, sends, shared_tries)
    VALUES ($1, $2, $8, $4, $5, $5, $6, 1, $7))
INSERT INTO referral_api_loginrequest (id, phone, lane, challenge_id, tries_left, expires_at)
VALUES ($3, $1, $8, $2, $7, $5)
"""
ACTIVATE = """
WITH activation AS (
    INSERT INTO referral_api_activation (invited_user_id, inviter_id, activated_at)
    SELECT me.id, inviter.id, $3 FROM referral_api_user me, referral_api_user inviter
     WHERE me.id = $1 AND me.is_active AND inviter.invite_code = $2 AND inviter.is_active AND inviter.id <> me.id
    ON CONFLICT (invited_user_id) DO NOTHING RETURNING inviter_id)
UPDATE referral_api_user inviter SET invited_total = invited_total + 1
  FROM activation WHERE inviter.id = activation.inviter_id
"""
SPEND_TRY = """
UPDATE referral_api_loginchallenge SET shared_tries = shared_tries - 1
 WHERE phone = $1 AND used_at IS NULL AND expires_at > $2 AND shared_tries > 0 RETURNING id, code_length
"""
USE = "UPDATE referral_api_loginchallenge SET used_at = $2 WHERE phone = $1 AND used_at IS NULL RETURNING phone"
ADD_USER = """
INSERT INTO referral_api_user
    (phone, invite_code, password, invited_total, is_superuser, is_active, is_staff, date_joined)
VALUES ($1, $2, '!', 0, false, true, false, $3) ON CONFLICT (phone) DO NOTHING
"""
BEGIN_SESSION = """
INSERT INTO referral_api_session (id, user_id, current_token, created_at, expires_at)
SELECT $2, id, $3, $4, $5 FROM referral_api_user WHERE phone = $1 AND is_active RETURNING user_id
"""


async def read(connection: Any, user_id: int, limit: int, after: Position | None = None) -> Any:
    """One row, or None for a user who is disabled or gone; `limit` + 1 ids in it say that there is another page."""
    statement = READ_AFTER if after else READ_FIRST
    return await connection.fetchrow(statement, user_id, limit + 1, *(after or ()))


async def activate(connection: Any, user_id: int, invite_code: str) -> bool:
    done: str = await connection.execute(ACTIVATE, user_id, invite_code, datetime.now(UTC))
    return done == "UPDATE 1"


async def store_code(connection: Any, phone: str) -> tuple[UUID, str]:
    """The request's id and the code."""
    challenge_id, request_id, now = uuid4(), uuid4(), datetime.now(UTC)
    parameters = (
        phone,
        challenge_id,
        request_id,
        CODE_LENGTH,
        now + CODE_TTL,
        now + RESEND,
        TRIES,
        LANE,
    )
    await connection.execute(STORE_CODE, *parameters)
    return request_id, one_time_code(PEPPER, challenge_id, phone, CODE_LENGTH)


async def log_in(connection: Any, phone: str, code: str) -> tuple[int, UUID, UUID] | None:
    """User, session and refresh token, where the code is right; a try is spent even where it is wrong."""
    now = datetime.now(UTC)
    async with connection.transaction():
        challenge = await connection.fetchrow(SPEND_TRY, phone, now)
        if (
            not challenge
            or not _opens(challenge, phone, code)
            or not await connection.fetchval(USE, phone, now)
        ):
            return None
        return await _begin_session(connection, phone, now)


def _opens(challenge: Any, phone: str, code: str) -> bool:
    right = one_time_code(PEPPER, challenge["id"], phone, challenge["code_length"])
    return compare_digest(right, code)


async def _begin_session(connection: Any, phone: str, now: datetime) -> tuple[int, UUID, UUID]:
    session, token = uuid4(), uuid4()
    parameters = (phone, session, token, now, now + REFRESH_TTL)
    user_id = await connection.fetchval(BEGIN_SESSION, *parameters)
    if user_id is None:
        await connection.execute(ADD_USER, phone, new_invite_code(), now)
        user_id = await connection.fetchval(BEGIN_SESSION, *parameters)
    return user_id, session, token
