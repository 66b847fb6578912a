"""The environment of every contender: one set of secrets, and limits out of the way."""

import hashlib
import hmac
import os
import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt

SECRET_KEY = secrets.token_hex(32)
PEPPER = secrets.token_hex(32)
SIGNING_KEY = hmac.digest(
    SECRET_KEY.encode(), b"access and refresh tokens", hashlib.sha256
).hex()  # backend/settings.py
NO_LIMIT = "10000000/60"
LIMITS = (
    "SMS_PER_PHONE",
    "SMS_PER_PHONE_AND_IP",
    "SMS_PER_DEVICE",
    "SMS_PER_IP",
    "SMS_PER_DAY",
    "WRONG_LOGINS_PER_IP",
    "WRONG_INVITES_PER_USER",
)


def environment(database_url: str, *, port: int = 8000, delay: float = 0) -> dict[str, str]:
    """Nothing of the caller's own but where programs are: their .env or PGHOST must not decide a measurement."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        **{f"LIMIT_{name}": NO_LIMIT for name in LIMITS},
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "OTP_PEPPER": PEPPER,
        "DEBUG": "false",
        "SMS_SHOW_CODE": "true",
        "PRUNE_SECONDS": "0",
        "SMS_DELAY_MIN": str(delay),
        "SMS_DELAY_MAX": str(delay),
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "PORT": str(port),
        "RIVAL_SIGNING_KEY": SIGNING_KEY,
    }


def access_token(user_id: int) -> str:
    """As a login of the service hands it out, but good for a day."""
    now = datetime.now(UTC)
    times = {"iat": now, "exp": now + timedelta(days=1)}
    claims = {"token_type": "access", "jti": uuid4().hex, "user_id": user_id, "sid": uuid4().hex}
    return jwt.encode(claims | times, SIGNING_KEY)
