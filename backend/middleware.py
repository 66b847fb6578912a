"""What stands around the views: of the API (ProblemMiddleware), and of the pages."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from backend.paths import PROBES
from referral_api.database import left_read_only_server
from referral_api.errors import InternalError, Unavailable
from referral_api.languages import language_of
from referral_api.problems import REFUSAL_OF_STATUS, refusal_of, response_to

logger = logging.getLogger(__name__)
Response = HttpResponseBase | Awaitable[HttpResponseBase]


class ProblemMiddleware:
    """404, 405, 500 and 503 of Django itself become Problems, like those of the views.

    The probes stand in the same stack and pass unchanged: an orchestrator does not know our host
    names.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Response:
        if request.path_info in PROBES:
            passed: Response = self.get_response(request)
            return passed
        if self.is_async:
            return self.answer(request)
        with translation.override(language_of(request)):
            response = self.refused_host(request)
            if response is None:
                response = self.get_response(request)
            return self.finish_response(request, response)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):  # the language is the task's own
            response = self.refused_host(request)
            if response is None:
                response = await self.get_response(request)
            return self.finish_response(request, response)

    def refused_host(self, request: HttpRequest) -> HttpResponse | None:
        """CommonMiddleware, which looks at the host for the pages, is not in this stack."""
        try:
            request.get_host()
        except DisallowedHost as error:
            return response_to(request, error)
        return None

    def finish_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code >= 400 and response["Content-Type"].startswith("text/html"):
            refusal = REFUSAL_OF_STATUS.get(response.status_code, InternalError)
            problem = response_to(request, refusal())
            if "Allow" in response:
                problem["Allow"] = response["Allow"]
            response = problem
        response["Content-Length"] = str(len(response.content))
        response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept-Language"])
        return response


class DatabaseAwayMiddleware(MiddlewareMixin):
    """A page whose database is away is a 503, as it is in the API. Django would say 500."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = Unavailable() if left_read_only_server(error) else refusal_of(error)
        if not isinstance(refusal, Unavailable):
            return None
        logger.error("%s: %s", refusal.code, type(error).__name__, exc_info=error)
        return HttpResponse(
            f"{refusal.title}\n{refusal.detail}\n",
            status=refusal.status,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": str(refusal.retry_after), "Cache-Control": "no-store"},
        )
