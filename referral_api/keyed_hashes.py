"""Phones and networks where nobody needs to read them: in the table of limits and in the log."""

from hashlib import blake2b

from django.conf import settings

DIGEST_BYTES = 16


def keyed_hash(subject: object) -> str:
    """The same subject has the same hash, and nobody can compute it without the key.

    BLAKE2b with a key is a MAC (RFC 7693 §2.9).
    """
    text = str(subject).encode()
    return blake2b(text, key=settings.SUBJECT_KEY, digest_size=DIGEST_BYTES).hexdigest()


def activated_phone_digest(phone: str) -> str:
    """Of the phone of a deleted account. It differs from the hash of the limits and the log."""
    return keyed_hash(f"activated {phone}")
