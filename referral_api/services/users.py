"""Users: made after their phone was proved. All their access can be ended at once."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from referral_api import security_log
from referral_api.invite_codes import new_invite_codes
from referral_api.keyed_hashes import activated_phone_digest
from referral_api.services import api_tokens, sessions
from referral_api.sql import QUERIES


@dataclass(frozen=True)
class SignIn:
    user_id: int
    is_active: bool
    is_new: bool


def get_or_create_user(*, phone: str) -> SignIn:
    """The user of this phone, made now if there was none. Many first logins make one user."""
    parameters: dict[str, Any] = {
        "phone": phone,
        "activated_digest": activated_phone_digest(phone),
        "invite_codes": new_invite_codes(),
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["get_or_create_user"], parameters)
        user_id, is_active, is_new = cursor.fetchone()
    return SignIn(user_id=user_id, is_active=is_active, is_new=is_new)


def end_access(*, user_id: int) -> None:
    """Ends all that the user's devices and scripts hold: their sessions and their API token.

    For an account that is disabled, and again when it is enabled: a login that ran at the moment
    of the disabling may have begun a session after it (ASVS 7.4.2).
    """
    with transaction.atomic():
        sessions.end_all(user_id=user_id)
        api_tokens.delete(user_id=user_id)
    security_log.record("access_ended", user_id=user_id)
