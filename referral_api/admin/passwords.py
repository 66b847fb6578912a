"""The two forms that set a password: of somebody, by a superuser, and one's own.

Both write the password alone. It takes a second to hash, and what changes about the account
meanwhile must stay: it may have been switched off.
"""

from django.contrib.admin.forms import AdminPasswordChangeForm as DjangoOwnPasswordForm
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.core.exceptions import ValidationError

from referral_api.errors import TooManyRequests
from referral_api.models import User
from referral_api.services import limits


class PasswordOfUserForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # not generic at run time
    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 -- Django's signature
        user: User = super().save(commit=False)
        user.save(update_fields=["password"])
        return user


class OwnPasswordForm(DjangoOwnPasswordForm):
    def clean_old_password(self) -> str:
        """Limited, so that a stolen session does not serve to guess the password."""
        try:
            with limits.charged([limits.wrong_old_passwords.of(self.user.pk)]) as charge:
                old: str = super().clean_old_password()  # raises where it is wrong
                charge.give_back()
        except TooManyRequests as refusal:
            raise ValidationError(str(refusal.detail)) from None
        return old

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 -- Django's signature
        user: User = super().save(commit=False)
        user.save(update_fields=["password"])
        return user
