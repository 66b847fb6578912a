"""For hosts without ASGI. The imitated SMS then holds a worker while it is sent.

The two stacks of middleware are those of backend/asgi/: one for the pages, one for the API.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from backend import database_waits
from backend.api_stack import APIStack
from backend.paths import is_page

StartResponse = Callable[..., Any]


class APIWSGIHandler(APIStack, WSGIHandler):
    pass


class ByPath:
    """Gives each request to the handler of its stack."""

    def __init__(self, *, api: WSGIHandler, pages: WSGIHandler) -> None:
        self.api = api
        self.pages = pages

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        handler = self.pages if is_page(environ["PATH_INFO"]) else self.api
        with database_waits.each_wait_bounded(settings.DATABASE_WAIT_SECONDS):
            return handler(environ, start_response)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
if not apps.ready:
    django.setup(set_prefix=False)
database_waits.install()
application = ByPath(api=APIWSGIHandler(), pages=WSGIHandler())
