"""Users are made here, after their phone was proved."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from referral_api.database import violated_constraint
from referral_api.models import User


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
