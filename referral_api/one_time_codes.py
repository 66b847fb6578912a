"""How a one-time code is made. It is never stored: a challenge and the pepper give it again."""

import hashlib
import hmac
from itertools import count
from uuid import UUID

WORD_BYTES = 4


def one_time_code(pepper: bytes, challenge_id: UUID, phone: str, length: int) -> str:
    """The code of a challenge, `length` digits.

    HMAC-SHA-256 under a pepper (RFC 2104). Rejection sampling keeps every code equally likely:
    a 32-bit word beyond the last whole multiple of 10^length is passed over.
    """
    codes = 10**length
    fair_words = 2**32 - 2**32 % codes
    for block in count():
        message = b"\0".join((challenge_id.bytes, phone.encode(), b"%d" % length, b"%d" % block))
        digest = hmac.digest(pepper, message, hashlib.sha256)
        for start in range(0, len(digest), WORD_BYTES):
            word = int.from_bytes(digest[start : start + WORD_BYTES])
            if word < fair_words:
                return f"{word % codes:0{length}d}"
    raise AssertionError("unreachable")
