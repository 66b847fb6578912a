"""The second stack of middleware: what a request to the API or to a probe passes."""

from functools import lru_cache
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
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
        view = self.call_view if is_async else self._get_response  # type: ignore[attr-defined]  # Django's own; the stubs lack it
        chain = convert_exception_to_response(view)
        for path in reversed(settings.API_MIDDLEWARE):
            middleware = import_string(path)
            chain = convert_exception_to_response(middleware(chain))
        self._middleware_chain = chain

    async def call_view(self, request: HttpRequest) -> HttpResponseBase:
        """Django's own looks for what the API does not have, at each request.

        That is middleware of views, ATOMIC_REQUESTS and templates. It is used for the one view that
        is synchronous, the OpenAPI document.
        """
        match, is_async = view_of(request.path_info)
        if not is_async:
            response: HttpResponseBase = await self._get_response_async(request)  # type: ignore[attr-defined]
            return response
        request.resolver_match = match
        return await match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]


@lru_cache(maxsize=64)
def view_of(path: str) -> tuple[ResolverMatch, bool]:
    """The view, and whether it is asynchronous. Raises Http404, which is not kept.

    Django tries one pattern after the other at each request; here it does once for each path.
    """
    match = get_resolver().resolve(path)
    return match, iscoroutinefunction(match.func)
