"""What Django's page of an error with DEBUG on may show."""

import re

from django.views.debug import SafeExceptionReporterFilter
from pydantic import SecretStr

from backend.env import Env


def names_of_secrets() -> list[str]:
    """Of each setting that holds a secret, as env.py declares it."""
    names = []
    for name, field in Env.model_fields.items():
        if field.annotation in {SecretStr, SecretStr | None}:
            names.append(name)
    return names


class HidesSecrets(SafeExceptionReporterFilter):
    """Masks our secrets too; alone, Django masks names that have KEY, TOKEN or PASS in them.

    Any web page can read this page by DNS rebinding from a developer's browser.
    """

    hidden_settings = re.compile(
        "|".join([SafeExceptionReporterFilter.hidden_settings.pattern, *names_of_secrets()]),
        re.IGNORECASE,
    )
