"""How an invite code is drawn, and how one that a person typed is read."""

import secrets
import string

from referral_api.folding import folded
from referral_api.formats import INVITE_CODE_ALPHABET, INVITE_CODE_LENGTH

TYPED_CHARACTERS = frozenset(string.ascii_letters + string.digits)


def new_invite_code() -> str:
    """Six characters from a CSPRNG, at least one digit and one letter: 882,376,704 codes."""
    while True:
        code = "".join(secrets.choice(INVITE_CODE_ALPHABET) for _ in range(INVITE_CODE_LENGTH))
        if not code.isdigit() and not code.isalpha():
            return code


def normal_invite_code(text: str) -> str | None:
    """The code as it is looked up, or None where the text can be no invite code."""
    code = "".join(folded(text).split()).replace("-", "")
    if len(code) != INVITE_CODE_LENGTH or not set(code) <= TYPED_CHARACTERS:
        return None
    return code.upper()  # not before the check: ß would become SS
