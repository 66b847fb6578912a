"""How an invite code is drawn, and how one that a person typed is read."""

import secrets
import string

from referral_api.folding import folded
from referral_api.formats import INVITE_CODE_ALPHABET, INVITE_CODE_LENGTH

TYPED_CHARACTERS = frozenset(string.ascii_letters + string.digits)


def new_invite_code() -> str:
    """Six characters from a CSPRNG, at least one digit and one letter: 882,376,704 codes."""
    while True:
        drawn = secrets.token_bytes(INVITE_CODE_LENGTH)
        # 256 is a multiple of 32: each character is as likely as the others.
        code = "".join([INVITE_CODE_ALPHABET[byte % 32] for byte in drawn])
        if not code.isdigit() and not code.isalpha():
            return code


def new_invite_codes() -> list[str]:
    """For a new user, who gets the first that nobody has: one may be taken, four hardly are."""
    return [new_invite_code() for _ in range(4)]


def normal_invite_code(text: str) -> str | None:
    """The code as it is looked up, or None where the text can be no invite code."""
    code = "".join(folded(text).split()).replace("-", "")
    if len(code) != INVITE_CODE_LENGTH or not set(code) <= TYPED_CHARACTERS:
        return None
    return code.upper()  # not before the check: ß would become SS
