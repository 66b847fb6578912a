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
from backend.security_headers import NO_PAGE, NOSNIFF, transport_security
from referral_api.database import left_read_only_server
from referral_api.errors import HttpsRequired, InternalError, PayloadTooLarge, Unavailable
from referral_api.languages import language_of
from referral_api.problems import REFUSAL_OF_STATUS, refusal_of, response_to

logger = logging.getLogger(__name__)
Response = HttpResponseBase | Awaitable[HttpResponseBase]
hosts_log = logging.getLogger("django.security.DisallowedHost")  # where Django logs it for pages


class ProblemMiddleware:
    """404, 405, 500 and 503 of Django itself become Problems, like those of the views.

    HEAD is answered as GET is, without the body (RFC 9110 §9.3.2). No view knows of it.

    The probes stand in the same stack and are refused nothing: an orchestrator knows neither our
    host names nor that we speak https.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)
        self.http_headers = NOSNIFF | NO_PAGE
        self.https_headers = self.http_headers | transport_security()

    def __call__(self, request: HttpRequest) -> Response:
        if request.method == "HEAD" and request.path_info not in PROBES:
            request.method = "GET"  # META keeps what it was
        if self.is_async:
            return self.answer(request)
        if request.path_info in PROBES:
            return self.with_security_headers(request, self.get_response(request))
        with translation.override(language_of(request)):
            response = self.refused_address(request) or self.refused_size(request)
            if response is None:
                response = self.get_response(request)
            return self.finish_response(request, response)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            return self.with_security_headers(request, await self.get_response(request))
        translation.activate(language_of(request))  # for this task: each request has its own
        response = self.refused_address(request) or self.refused_size(request)
        if response is None:
            response = await self.get_response(request)
        return self.finish_response(request, response)

    def refused_address(self, request: HttpRequest) -> HttpResponse | None:
        """What CommonMiddleware and SecurityMiddleware ask for the pages.

        A redirect to https:// would hide from a client that it sent a code or a token in clear:
        https://datatracker.ietf.org/doc/draft-ietf-httpapi-privacy/ wants a 403.
        """
        try:
            request.get_host()
        except DisallowedHost as error:
            hosts_log.error("%s", error)
            return response_to(request, error)
        if settings.SECURE_SSL_REDIRECT and came_in_clear(request):
            return response_to(request, HttpsRequired())
        return None

    def with_security_headers(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        headers = self.https_headers if request.is_secure() else self.http_headers
        for name, value in headers.items():
            response[name] = value
        return response

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
                problem["Allow"] = with_head(response["Allow"])
            response = problem
        response["Content-Length"] = str(len(response.content))
        response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept-Language"])
        if request.META["REQUEST_METHOD"] == "HEAD":
            response.content = b""
        return self.with_security_headers(request, response)


def with_head(allow: str) -> str:
    """The methods of an Allow header, with HEAD where GET is allowed."""
    methods = set(allow.split(", "))
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))


def came_in_clear(request: HttpRequest) -> bool:
    """The proxy says http://. A proxy that says nothing of the scheme is taken at its word."""
    if request.is_secure():
        return False
    return settings.TRUSTED_PROXIES == 0 or "HTTP_X_FORWARDED_PROTO" in request.META


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
