"""Users: made after their phone was proved. All their access can be ended at once."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from referral_api import security_log
from referral_api.database import violated_constraint
from referral_api.models import User
from referral_api.services import api_tokens, sessions


@dataclass(frozen=True)
class SignIn:
    user: User
    is_new: bool


def get_or_create_user(*, phone: str) -> SignIn:
    """The user of this phone, made now if there was none. Many first logins make one user."""
    while True:
        user = User.objects.filter(phone=phone).first()
        if user:
            return SignIn(user=user, is_new=False)
        try:
            with transaction.atomic():
                return SignIn(user=User.objects.create_user(phone), is_new=True)
        except IntegrityError as error:
            # Another login was first, or the random invite code is taken: look and draw again.
            if violated_constraint(error) not in {"user_phone_once", "user_invite_code_once"}:
                raise


def end_access(*, user_id: int) -> None:
    """Ends all that the user's devices and scripts hold: their sessions and their API token.

    For an account that is disabled, and again when it is enabled: a login that ran at the moment
    of the disabling may have begun a session after it (ASVS 7.4.2).
    """
    with transaction.atomic():
        sessions.end_all(user_id=user_id)
        api_tokens.delete(user_id=user_id)
    security_log.record("access_ended", user_id=user_id)
