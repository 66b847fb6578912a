from django.apps import AppConfig


class BackendConfig(AppConfig):
    """How the service runs. It stands first in INSTALLED_APPS, so that its commands win."""

    name = "backend"

    def ready(self) -> None:
        from backend import checks  # noqa: F401 -- registers the checks, once the apps are loaded
