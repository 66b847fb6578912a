"""The answers of the two rivals on asyncpg, as plain dictionaries; each puts them on the wire in its own way."""

from typing import Any

from benchmarks.rivals.common import CODE_LENGTH, CODE_TTL, PUBLIC_URL, RESEND, Position


def invited_users(rows: list[Any], limit: int) -> dict[str, Any]:
    page = [row for row in rows if row["invited_user_id"] is not None]
    last = Position(page[limit - 1]["invited_at"], page[limit - 1]["invited_user_id"]) if len(page) > limit else None
    return {
        "total": rows[0]["invited_total"],
        "items": [{"phone": row["invited_phone"], "activated_at": row["invited_at"]} for row in page[:limit]],
        "next_cursor": last.cursor if last else None,
    }


def profile(rows: list[Any], limit: int) -> dict[str, Any]:
    me = rows[0]
    return {
        "phone": me["phone"],
        "invite_code": me["invite_code"],
        "invite_link": f"{PUBLIC_URL}/i/{me['invite_code']}",
        "activated_invite_code": me["activated_invite_code"],
        "activated_at": me["activated_at"],
        "invited_users": invited_users(rows, limit),
    }


def code_requested(request_id: Any, phone: str, code: str) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "phone": phone,
        "code_length": CODE_LENGTH,
        "expires_in": int(CODE_TTL.total_seconds()),
        "resend_in": int(RESEND.total_seconds()),
        "code": code,
    }
