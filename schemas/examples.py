"""The bodies and headers that the document shows. Tests hold each to its schema, and refusals to real answers."""

from typing import Any

PHONE, FRIENDS_PHONE = "+79161234567", "+79161234568"
INVITE_CODE, FRIENDS_CODE = "K7M2PX", "9QWTR4"
REQUEST_ID = "0d4f2f0c-6b1e-4d0a-9b51-2f6f6d3c8a17"
ACCESS, REFRESH = "eyJhbGciOiJIUzI1NiJ9.access…", "eyJhbGciOiJIUzI1NiJ9.refresh…"

TOKENS = {"access": ACCESS, "refresh": REFRESH, "token_type": "Bearer", "expires_in": 900}
NO_FRIENDS: dict[str, Any] = {"total": 0, "items": [], "next_cursor": None}
ONE_FRIEND: dict[str, Any] = {
    "total": 1,
    "items": [{"phone": FRIENDS_PHONE, "activated_at": "2026-01-31T12:00:00Z"}],
    "next_cursor": None,
}
PAGE_OF_FRIENDS = {**ONE_FRIEND, "total": 72, "next_cursor": "MTc2OTg2MDgwMDAwMDAwMC40Mg"}
NEW_PROFILE = {
    "phone": PHONE,
    "invite_code": INVITE_CODE,
    "invite_link": f"http://127.0.0.1:8000/i/{INVITE_CODE}",
    "activated_invite_code": None,
    "activated_at": None,
    "invited_users": NO_FRIENDS,
}
INVITED_PROFILE = {
    **NEW_PROFILE,
    "activated_invite_code": FRIENDS_CODE,
    "activated_at": "2026-01-31T12:00:00Z",
}
CODE_REQUESTED = {
    "request_id": REQUEST_ID,
    "phone": PHONE,
    "code_length": 4,
    "expires_in": 300,
    "resend_in": 60,
    "code": "0427",
}
LOGIN = {"phone": PHONE, "code": "0427", "request_id": REQUEST_ID}
INVITE_UNKNOWN = {
    "type": "tag:referral-api,2026:problem:invite_unknown",
    "title": "This invite code does not exist.",
    "status": 404,
    "code": "invite_unknown",
    "detail": "Check the code with the person who gave it to you.",
}

# operation id → what the example shows → the body
REQUESTS: dict[str, dict[str, Any]] = {
    "request_code": {
        "In E.164": {"phone": PHONE},
        "As people write it, in the default region": {"phone": "8 (916) 123-45-67"},
    },
    "log_in": {
        "With the request's id": LOGIN,
        "With an invite code": {**LOGIN, "invite_code": FRIENDS_CODE},
        "Without the request's id": {"phone": PHONE, "code": "0427"},
    },
    "refresh_session": {"The newest refresh token": {"refresh": REFRESH}},
    "log_out": {"The newest refresh token": {"refresh": REFRESH}},
    "activate_invite": {
        "As it was given": {"invite_code": FRIENDS_CODE},
        "As people write it": {"invite_code": "9qw-tr4"},
    },
}
# operation id → status → (what it means, examples)
SUCCESSES: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "request_code": {
        "202": (
            "The code was sent.",
            {
                "The SMS is imitated and shown": CODE_REQUESTED,
                "The SMS is real": {**CODE_REQUESTED, "code": None},
            },
        )
    },
    "log_in": {
        "200": (
            "You are logged in.",
            {
                "A user logs in again": {**TOKENS, "is_new_user": False, "invite_problem": None},
                "A new user": {**TOKENS, "is_new_user": True, "invite_problem": None},
                "A new user, whose invite code was refused": {
                    **TOKENS,
                    "is_new_user": True,
                    "invite_problem": INVITE_UNKNOWN,
                },
            },
        )
    },
    "refresh_session": {"200": ("A new pair of tokens.", {"New tokens": TOKENS})},
    "log_out": {"204": ("The session has ended.", {})},
    "create_api_token": {
        "201": (
            "The token, shown this once.",
            {"A token": {"token": "q0dS2vX8m1T4yZ7bK3nR6wE9uH5jLcAfGpIoVxYtBsM"}},
        )
    },
    "revoke_api_token": {"204": ("You have no API token any more.", {})},
    "read_profile": {
        "200": (
            "Your profile.",
            {
                "A new user": NEW_PROFILE,
                "Invited, and has invited": {**INVITED_PROFILE, "invited_users": ONE_FRIEND},
            },
        )
    },
    "activate_invite": {
        "200": ("Your profile, with the code you activated.", {"Activated": INVITED_PROFILE})
    },
    "list_invited_users": {
        "200": (
            "A page of the users you invited.",
            {
                "There is a next page": PAGE_OF_FRIENDS,
                "The last page": ONE_FRIEND,
                "Nobody yet": NO_FRIENDS,
            },
        )
    },
}
# operation id → the `errors` of its `invalid_request`
FIELD_PROBLEMS: dict[str, list[dict[str, str]]] = {
    "request_code": [{"pointer": "#/phone", "message": "This is not a valid phone number."}],
    "log_in": [{"pointer": "#/code", "message": "This does not have the right form."}],
    "refresh_session": [{"pointer": "#/refresh", "message": "This field is required."}],
    "log_out": [{"pointer": "#/refresh", "message": "This field is required."}],
    "activate_invite": [
        {"pointer": "#/invite_code", "message": "An invite code has six letters and digits."}
    ],
    "list_invited_users": [{"pointer": "#/limit", "message": "This must be 200 or less."}],
}
HEADERS: dict[str, Any] = {
    "Content-Language": {
        "description": "The language of `title` and `detail`, chosen by `Accept-Language`.",
        "schema": {"type": "string", "enum": ["en", "ru"]},
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
HEADERS_OF_STATUS = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}
