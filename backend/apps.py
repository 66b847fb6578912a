from django.apps import AppConfig


class BackendConfig(AppConfig):
    """How the service runs. It stands first in INSTALLED_APPS, so that its commands win."""

    name = "backend"
