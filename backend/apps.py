from django.apps import AppConfig

from backend.lean_start import import_jwt_without_cryptography

import_jwt_without_cryptography()  # before the first app that wants it


class BackendConfig(AppConfig):
    """How the service runs. It stands first in INSTALLED_APPS, so that its commands win."""

    name = "backend"

    def ready(self) -> None:
        from backend import checks  # noqa: F401 -- registers the checks, once the apps are loaded
