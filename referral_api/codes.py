"""One-time codes and invite codes: how they are made. Nothing here is stored or looked up."""

import hashlib
import hmac
import secrets
import string
from itertools import count
from uuid import UUID

INVITE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32, no 0 O 1 I
INVITE_LENGTH = 6


def one_time_code(pepper: bytes, challenge_id: UUID, phone: str, length: int) -> str:
    """The code of a challenge, `length` digits: derived, never stored.

    HMAC-SHA-256 under a pepper (RFC 2104). Rejection sampling keeps every code equally likely:
    a 32-bit word beyond the last whole multiple of 10^length is passed over.
    """
    size = 10**length
    fair = 2**32 - 2**32 % size
    for block in count():
        message = b"\0".join((challenge_id.bytes, phone.encode(), b"%d" % length, b"%d" % block))
        digest = hmac.digest(pepper, message, hashlib.sha256)
        for start in range(0, len(digest), 4):
            word = int.from_bytes(digest[start : start + 4])
            if word < fair:
                return f"{word % size:0{length}d}"
    raise AssertionError("unreachable")


def new_invite_code() -> str:
    """Six characters from a CSPRNG, at least one digit and one letter: 882,376,704 codes."""
    while True:
        code = "".join(secrets.choice(INVITE_ALPHABET) for _ in range(INVITE_LENGTH))
        if not code.isdigit() and not code.isalpha():
            return code


def normal_invite_code(text: str) -> str | None:
    """The code as it is looked up, or None where the text can be no invite code."""
    code = "".join(text.split()).replace("-", "")
    wellformed = len(code) == INVITE_LENGTH and set(code) <= set(
        string.ascii_letters + string.digits
    )
    return code.upper() if wellformed else None  # not before: ß would become SS
