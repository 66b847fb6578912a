"""The answers of the two rivals on asyncpg, as plain dictionaries; each puts them on the wire in its own way."""

from typing import Any

from benchmarks.rivals.common import CODE_LENGTH, CODE_TTL, PUBLIC_URL, RESEND, Position


def invited_users(me: Any, limit: int) -> dict[str, Any]:
    phones, moments, ids = me["phones"] or [], me["moments"] or [], me["ids"] or []
    shown = zip(phones[:limit], moments[:limit], strict=True)
    last = Position(moments[limit - 1], ids[limit - 1]) if len(ids) > limit else None
    return {
        "total": me["invited_total"],
        "items": [{"phone": phone, "activated_at": moment} for phone, moment in shown],
        "next_cursor": last.cursor if last else None,
    }


def profile(me: Any, limit: int) -> dict[str, Any]:
    return {
        "phone": me["phone"],
        "invite_code": me["invite_code"],
        "invite_link": f"{PUBLIC_URL}/i/{me['invite_code']}",
        "activated_invite_code": me["activated_invite_code"],
        "activated_at": me["activated_at"],
        "invited_users": invited_users(me, limit),
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
