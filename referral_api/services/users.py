"""Users come into being here, after their phone was proved."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from referral_api.models import User


@dataclass(frozen=True)
class Arrival:
    user: User
    is_new: bool


def arrive(*, phone: str) -> Arrival:
    """The user of this phone, made now if there was none. Many first logins at once make one user."""
    while True:
        if user := User.objects.filter(phone=phone).first():
            return Arrival(user, is_new=False)
        try:
            with transaction.atomic():
                return Arrival(User.objects.create_user(phone), is_new=True)
        except IntegrityError as error:
            if _violated(error) not in {"user_phone_once", "user_invite_code_once"}:
                raise
            # Another login was first, or the random invite code is taken: look again, and draw again.


def _violated(error: IntegrityError) -> str | None:
    """The name of the constraint that refused (psycopg2's diagnostics)."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None)
