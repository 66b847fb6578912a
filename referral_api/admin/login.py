import re
from collections.abc import Sequence
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from referral_api import security_log
from referral_api.admin.known_browsers import known_browser
from referral_api.errors import TooManyRequests
from referral_api.formats import E164_PATTERN
from referral_api.networks import Network, network_of
from referral_api.phones import to_e164
from referral_api.services import limits

LONGEST_SPELLING = 64  # characters of a phone as people write it


class StaffLoginForm(AdminAuthenticationForm):
    """A wrong password costs a unit, whether the phone is of staff, of a user or of nobody."""

    request: HttpRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username: Any = self.fields["username"]
        username.max_length = LONGEST_SPELLING  # Django takes that of E.164
        username.widget.attrs["maxlength"] = LONGEST_SPELLING

    def clean_username(self) -> str:
        """The phone in any spelling, as in the API."""
        typed: str = self.cleaned_data["username"].strip()
        try:
            return to_e164(typed)
        except ValueError:
            # `createsuperuser` once took numbers that libphonenumber does not know.
            if re.fullmatch(E164_PATTERN, typed):
                return typed
            raise ValidationError(_("This is not a valid phone number.")) from None

    def clean(self) -> dict[str, Any]:
        phone = self.cleaned_data.get("username")
        if phone is None or not self.cleaned_data.get("password"):
            return self.cleaned_data  # there is nothing to look up
        network = network_of(self.request)
        units = charged_to(self.request, phone=phone, network=network)
        try:
            # Before the password is looked at, so that many tries at once find no gap.
            with limits.charged(units) as charge:
                cleaned: dict[str, Any] = super().clean()  # raises where the password is wrong
                charge.give_back()
        except TooManyRequests as refusal:
            raise ValidationError(str(refusal.detail)) from None
        except ValidationError:
            security_log.record("staff_login_failed", phone=phone, network=network)
            raise
        security_log.record("staff_login", phone=phone, network=network)
        return cleaned


def charged_to(request: HttpRequest, *, phone: str, network: Network) -> Sequence[limits.Unit]:
    """A known browser has an allowance of its own, which no stranger can spend.

    All other callers share that of the account, and each network has one of its own.
    """
    browser = known_browser(request, phone=phone)
    if browser is not None:
        return [limits.wrong_passwords_in_browser.of(browser)]
    by_network = limits.wrong_logins.of_network(network)
    return [limits.wrong_passwords.of(phone), *by_network]
