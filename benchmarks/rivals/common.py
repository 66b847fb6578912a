"""What every rival needs: its settings, the phone's check, tokens and cursors in the service's own format."""

import base64
import hmac
import os
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import jwt
import phonenumbers

DATABASE_URL = os.environ["DATABASE_URL"]
SIGNING_KEY = os.environ["RIVAL_SIGNING_KEY"]
PEPPER = os.environ["OTP_PEPPER"].encode()
PUBLIC_URL = os.environ["PUBLIC_URL"]
SMS_DELAY = float(os.environ["SMS_DELAY_MAX"])

CONNECTIONS = 4  # as many as the service has by default
PAGE = 50
CODE_LENGTH, CODE_TTL, RESEND, TRIES = 4, timedelta(seconds=300), timedelta(seconds=60), 3
ACCESS_TTL, REFRESH_TTL = timedelta(seconds=900), timedelta(days=30)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STRANGERS = UUID(int=0)  # the rivals know one lane alone
DEVICE_TOKEN_KEY = hmac.digest(SIGNING_KEY.encode(), b"device tokens", "sha256")


class Position(NamedTuple):
    """The last row of a page."""

    activated_at: datetime
    user_id: int

    @property
    def cursor(self) -> str:
        packed = struct.pack(
            ">qq", (self.activated_at - EPOCH) // timedelta(microseconds=1), self.user_id
        )
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def position_of(cursor: str) -> Position:
    microseconds, user_id = struct.unpack(">qq", base64.urlsafe_b64decode(f"{cursor}=="))
    return Position(EPOCH + timedelta(microseconds=microseconds), user_id)


def to_e164(phone: str) -> str:
    """Raises ValueError where it is no phone number."""
    try:
        parsed = phonenumbers.parse(phone, "RU")
    except phonenumbers.NumberParseException as error:
        raise ValueError(phone) from error
    if not phonenumbers.is_valid_number(parsed):
        raise ValueError(phone)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def user_of(authorization: str) -> int | None:
    """Of an `Authorization: Bearer …` header."""
    scheme, _, token = authorization.partition(" ")
    try:
        claims = jwt.decode(token, SIGNING_KEY, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        return None
    is_access = scheme.lower() == "bearer" and claims.get("token_type") == "access"
    return int(claims["user_id"]) if is_access else None


def signed(kind: str, user_id: int, lifetime: timedelta, **claims: str) -> str:
    now = datetime.now(UTC)
    payload = {
        "token_type": kind,
        "exp": now + lifetime,
        "iat": now,
        "jti": uuid4().hex,
        "user_id": user_id,
        **claims,
    }
    return jwt.encode(payload, SIGNING_KEY, algorithm="HS256")


def device_token(phone: str) -> str:
    """For a device that is new: signed, and bound to the phone."""
    told = f"{uuid4().hex}:{int(time.time())}"
    signature = hmac.digest(DEVICE_TOKEN_KEY, f"{phone}:{told}".encode(), "sha256")
    return f"{told}:{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@dataclass(frozen=True)
class Login:
    phone: str
    user_id: int
    is_new_user: bool
    session_id: UUID
    token: UUID

    def answer(self) -> dict[str, object]:
        family = self.session_id.hex
        return {
            "access": signed("access", self.user_id, ACCESS_TTL, sid=family),
            "refresh": signed(
                "refresh", self.user_id, REFRESH_TTL, jti=self.token.hex, family=family
            ),
            "token_type": "Bearer",
            "expires_in": int(ACCESS_TTL.total_seconds()),
            "is_new_user": self.is_new_user,
            "device_token": device_token(self.phone),
            "invite_problem": None,
        }
