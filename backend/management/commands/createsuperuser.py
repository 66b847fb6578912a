from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from referral_api.models import User
from referral_api.phones import to_e164


class Command(createsuperuser.Command):
    """Django's, but the phone may have an account: everybody who has logged in has one."""

    help = (
        "Makes a phone, in any spelling, a superuser for the admin: its account, or a new one if "
        "it has none."
    )

    def get_input_data(self, field: Any, message: str, default: str | None = None) -> str | None:
        """The phone, typed at the terminal; None: Django asks again."""
        typed = input(message)
        problem = self._validate_username(typed, "", "")
        if problem is None:
            return typed
        self.stderr.write(problem)
        return None

    def _validate_username(
        self, username: str, verbose_field_name: str, database: str
    ) -> str | None:
        """What is wrong with the phone, however it was given. Django would ask for a new one."""
        try:
            phone = to_e164(username)
        except ValueError:
            return f"{username!r} is not a valid phone number."
        account = User.objects.filter(phone=phone).first()
        if account is not None and account.is_superuser:
            return (
                f"{phone} is a superuser already. "
                f"`manage.py changepassword {phone}` sets a new password."
            )
        return None
