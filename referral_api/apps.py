from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralConfig(AppConfig):
    name = "referral_api"
    verbose_name = _("Referral API")

    def ready(self) -> None:
        from referral_api import checks  # noqa: F401 -- registers the checks, once the apps are loaded
        from referral_api.token_signatures import look_at_key_once

        look_at_key_once()
