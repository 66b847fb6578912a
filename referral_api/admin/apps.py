from django.contrib.admin.apps import SimpleAdminConfig


class StaffAdminConfig(SimpleAdminConfig):
    """Shows what is registered here, and nothing that other apps would add.

    DRF's page of tokens, for example, would show digests as if they were keys.
    """

    default_site = "referral_api.admin.site.StaffSite"

    def ready(self) -> None:
        super().ready()
        from referral_api.admin import activations, sms, users  # noqa: F401 -- registers the pages
