from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder


class AppFinder(AppDirectoriesFinder):
    """The static files of all apps; those of the admin only where it is switched on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        names = [app.name for app in apps.get_app_configs()]
        if not settings.ADMIN_ENABLED:
            names.remove("django.contrib.admin")
        super().__init__(names)
