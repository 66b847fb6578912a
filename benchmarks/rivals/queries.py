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
    STRANGERS,
    TRIES,
    Login,
    Position,
)
from referral_api.invite_codes import new_invite_code
from referral_api.one_time_codes import one_time_code

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
# The caller's own try, and what is needed to compare the code.
SPEND_TRY = """
UPDATE referral_api_loginrequest request SET tries_left = tries_left - 1
  FROM referral_api_loginchallenge challenge
 WHERE request.id = $1 AND request.phone = $2 AND request.tries_left > 0
   AND challenge.id = request.challenge_id AND challenge.used_at IS NULL AND challenge.expires_at > $3
RETURNING challenge.id, challenge.lane, challenge.code_length
"""
# All codes of the lane are used; the user is found or made; their session begins.
USE_CODE = """
WITH used AS (
    UPDATE referral_api_loginchallenge SET used_at = $4
     WHERE phone = $1 AND lane = $2 AND used_at IS NULL AND expires_at > $4 RETURNING id),
found AS (SELECT id, is_active FROM referral_api_user WHERE phone = $1),
made AS (
    INSERT INTO referral_api_user
        (phone, invite_code, password, invited_total, is_superuser, is_active, is_staff, date_joined)
    SELECT $1, $5, '!', 0, false, true, false, $4
     WHERE EXISTS (SELECT FROM used WHERE id = $3) AND NOT EXISTS (SELECT FROM found)
    ON CONFLICT DO NOTHING RETURNING id),
person AS (
    SELECT id FROM found WHERE is_active AND EXISTS (SELECT FROM used WHERE id = $3)
    UNION ALL SELECT id FROM made)
INSERT INTO referral_api_session (id, user_id, current_token, created_at, expires_at)
SELECT $6, person.id, $7, $4, $8 FROM person
RETURNING user_id, EXISTS (SELECT FROM made) AS is_new
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
        STRANGERS,
    )
    await connection.execute(STORE_CODE, *parameters)
    return request_id, one_time_code(PEPPER, challenge_id, phone, CODE_LENGTH)


async def log_in(connection: Any, phone: str, code: str, request_id: UUID) -> Login | None:
    """Where the code is right; a try is spent even where it is wrong."""
    now, session_id, token = datetime.now(UTC), uuid4(), uuid4()
    challenge = await connection.fetchrow(SPEND_TRY, request_id, phone, now)
    if challenge is None:
        return None
    right = one_time_code(PEPPER, challenge["id"], phone, challenge["code_length"])
    if not compare_digest(right, code):
        return None
    of_code = (phone, challenge["lane"], challenge["id"], now)
    of_session = (new_invite_code(), session_id, token, now + REFRESH_TTL)
    begun = await connection.fetchrow(USE_CODE, *of_code, *of_session)
    if begun is None:
        return None
    return Login(phone, begun["user_id"], begun["is_new"], session_id, token)
