"""What the published document says beside the operations."""

from typing import Any

from django.conf import settings

DESCRIPTION = """\
Log in with a phone number and a one-time code, get an invite code, activate a friend's.

1. `POST /api/v1/auth/code` with a phone: a code is sent.
2. `POST /api/v1/auth/login` with the phone and the code: tokens for `Authorization: Bearer`.
3. `GET /api/v1/profile`: your invite code, and the people who activated it.
4. `POST /api/v1/profile/activate-invite` with a friend's code, once.

Scripts can use the long-lived token of `POST /api/v1/auth/api-token` instead:
`Authorization: Token <key>`.

A body says `Content-Type: application/json`. Unknown fields and query parameters are refused.
`HEAD` answers like `GET`, without the body.

Every refusal is a [problem](https://www.rfc-editor.org/rfc/rfc9457), `application/problem+json`:
the schema `Problem`, in ReDoc the section *Refusals*, lists them all.
"""
REFUSALS = """

The `title` and `detail` of a problem follow `Accept-Language` ({languages}). Programs read its
`code`, which never changes. New codes may be added: treat an unknown one by its status.

"""
EXTRA: dict[str, Any] = {
    "info": {
        "summary": "Phone login and referrals",
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "tags": [
        {"name": "Login", "description": "One-time codes, sessions and API tokens."},
        {
            "name": "Profile",
            "description": "Your own profile, invite codes, and the users you invited.",
        },
    ],
}
HEADERS: dict[str, Any] = {
    "Accept": {
        "description": "The media type that a body must have.",
        "schema": {"type": "string"},
        "example": "application/json",
    },
    "Content-Language": {
        "description": "The language of `title` and `detail`, chosen by `Accept-Language`.",
        "schema": {"type": "string", "enum": [code for code, _name in settings.LANGUAGES]},
        "example": "en",
    },
    "Retry-After": {
        "description": "Seconds until the next try can succeed; `retry_after` of the body.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 37,
    },
    "WWW-Authenticate": {
        "description": "The schemes that are accepted.",
        "schema": {"type": "string"},
        "example": 'Bearer realm="referral-api", Token realm="referral-api"',
    },
}
HEADERS_OF_STATUS = {
    "401": ["WWW-Authenticate"],
    "415": ["Accept"],
    "429": ["Retry-After"],
    "503": ["Retry-After"],
}
