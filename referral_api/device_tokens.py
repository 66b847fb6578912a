"""Device tokens: a device that has logged in to a phone before can show it.

OWASP, "Slow Down Online Guessing Attacks with Device Cookies". The token is signed under a key of
its own purpose and bound to its phone. It opens nothing by itself: it only leads to the lane of
its device, where no stranger can spend what the owner needs.
"""

from uuid import UUID, uuid4

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner


def new_device() -> UUID:
    return uuid4()


def issue(*, phone: str, device: UUID) -> str:
    """A token of today, valid for DEVICE_TOKEN_LIFETIME."""
    return signer(phone).sign(device.hex)


def device_of(token: str | None, *, phone: str) -> UUID | None:
    """None where the token is not valid for this phone: a caller with it is a stranger."""
    if not token:
        return None
    try:
        return UUID(signer(phone).unsign(token, max_age=settings.DEVICE_TOKEN_LIFETIME))
    except (BadSignature, ValueError):
        return None


def signer(phone: str) -> TimestampSigner:
    return TimestampSigner(key=settings.DEVICE_TOKEN_KEY, salt=f"device token of {phone}")
