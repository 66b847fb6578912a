"""Problems for what never reaches Ninja; and Django's own middleware, each only where it is needed."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils import translation
from servestatic.middleware import ServeStaticMiddleware

from backend.paths import is_api, is_page
from referral_api.errors import InternalError
from referral_api.languages import language_of
from referral_api.problems import REFUSAL_OF_STATUS, response_to

Response = HttpResponseBase | Awaitable[HttpResponseBase]


class ProblemMiddleware:
    """404, 405, 500 and 503 of Django itself under /api/ become Problems, like those of the views."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Response:
        if not is_api(request.path_info):
            passed: Response = self.get_response(request)
            return passed
        if self.is_async:
            return self.answer(request)
        with translation.override(language_of(request)):
            return self.mended(request, self.refused_host(request) or self.get_response(request))

    async def answer(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(language_of(request)):  # the language is the task's own
            return self.mended(
                request, self.refused_host(request) or await self.get_response(request)
            )

    def refused_host(self, request: HttpRequest) -> HttpResponse | None:
        try:
            request.get_host()  # the pages leave this to CommonMiddleware
        except DisallowedHost as error:
            return response_to(request, error)
        return None

    def mended(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code >= 400 and response["Content-Type"].startswith("text/html"):
            problem = response_to(
                request, REFUSAL_OF_STATUS.get(response.status_code, InternalError)()
            )
            if "Allow" in response:
                problem["Allow"] = response["Allow"]
            response = problem
        headers = response.headers
        if not response.streaming:
            headers["Content-Length"] = str(len(response.content))
        headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cache-Control"] = "no-store"
        headers["Vary"] = (
            "Accept-Language"  # the first to say so: no view of the API varies by anything else
        )
        return response


class OffTheAPI:
    """For Django's middleware: a synchronous one costs a request two hops between threads."""

    for_pages_alone = True  # handler.py leaves it out of the API's chain
    get_response: Callable[[HttpRequest], Response]

    def __call__(self, request: HttpRequest) -> Response:
        if not is_page(request.path_info):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc, no-any-return]


class OnTheAdmin(OffTheAPI):
    def __call__(self, request: HttpRequest) -> Response:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        return super().__call__(request)


class PageStaticMiddleware(OffTheAPI, ServeStaticMiddleware):  # type: ignore[misc]  # it has no types
    pass


class PageSecurityMiddleware(OffTheAPI, SecurityMiddleware):
    pass


class PageContentSecurityPolicyMiddleware(OffTheAPI, CSPMiddleware):
    pass


class PageFrameMiddleware(OffTheAPI, XFrameOptionsMiddleware):
    pass


class PageLocaleMiddleware(OffTheAPI, LocaleMiddleware):
    pass


class PageCommonMiddleware(OffTheAPI, CommonMiddleware):
    pass


class AdminSessionMiddleware(OnTheAdmin, SessionMiddleware):
    pass


class AdminAuthenticationMiddleware(OnTheAdmin, AuthenticationMiddleware):
    pass


class AdminMessageMiddleware(OnTheAdmin, MessageMiddleware):
    pass
