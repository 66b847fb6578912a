"""The second stack of middleware: what a request to the API or to a probe passes."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.urls import ResolverMatch, get_resolver
from django.utils.module_loading import import_string


class APIStack(BaseHandler):
    """A base of an ASGI or WSGI handler: reads API_MIDDLEWARE where Django's read MIDDLEWARE.

    Every class of API_MIDDLEWARE must work in both ways, synchronous and asynchronous, and have
    no hook but `__call__`: then a request needs no hop between threads to pass it.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's signature
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        name = "_get_response_async" if is_async else "_get_response"
        view = getattr(self, name)  # Django's own; the stubs lack it
        chain = convert_exception_to_response(view)
        for path in reversed(settings.API_MIDDLEWARE):
            middleware = import_string(path)
            chain = convert_exception_to_response(middleware(chain))
        self._middleware_chain = chain

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Django tries one pattern after the other at each request; here once for each path."""
        match = resolved(request.path_info)
        request.resolver_match = match
        return match


@lru_cache(maxsize=64)
def resolved(path: str) -> ResolverMatch:
    """Raises Http404, which is not kept."""
    return get_resolver().resolve(path)
