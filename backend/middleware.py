"""Problems for what never reaches Ninja, and the headers of every answer of the API."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from backend.paths import PROBES
from referral_api.errors import InternalError, PayloadTooLarge
from referral_api.languages import language_of
from referral_api.problems import REFUSAL_OF_STATUS, response_to

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
            response = self.refused_host(request) or self.refused_size(request)
            if response is None:
                response = self.get_response(request)
            return self.finish_response(request, response)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):  # the language is the task's own
            response = self.refused_host(request) or self.refused_size(request)
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

    def refused_size(self, request: HttpRequest) -> HttpResponse | None:
        """Django's own limit, DATA_UPLOAD_MAX_MEMORY_SIZE, is that of the pages."""
        if is_larger_than(settings.API_MAX_BODY_BYTES, request):
            return response_to(request, PayloadTooLarge())
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


class PageSizeMiddleware:
    """A form that is too large is 413. Django alone answers 400, with a traceback in the log."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Response:
        if self.is_async:
            return self.answer(request)
        refusal = self.refusal(request)
        return refusal or self.get_response(request)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        refusal = self.refusal(request)
        return refusal or await self.get_response(request)

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        if is_larger_than(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, request):
            text = f"{PayloadTooLarge.title}\n".encode()
            response = HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
            response["Content-Length"] = str(len(text))
            return response
        return None


def is_larger_than(limit: int | None, request: HttpRequest) -> bool:
    """The server, or backend/asgi/body_limit.py, has made sure that the length is true."""
    length = request.META.get("CONTENT_LENGTH", "")
    return limit is not None and length.isdecimal() and int(length) > limit
