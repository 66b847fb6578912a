"""The one API: its routers, its error shape, its document."""

from threading import Lock
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import BaseRenderer

from backend import __version__
from backend.openapi import published
from backend.openapi_texts import DESCRIPTION, EXTRA
from backend.strict_input import StrictParser, make_query_strict
from referral_api.problems import response_to
from referral_api.routers import auth, profile, sessions


class JSONBytes(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class ReferralAPI(NinjaAPI):
    """Ninja with four of its methods overridden."""

    _document: OpenAPISchema | None = None
    _writing = Lock()

    def add_router(self, prefix: str, router: Router | str, **options: Any) -> None:
        if isinstance(router, Router):  # the routers are given as objects, below
            for path in router.path_operations.values():
                for operation in path.operations:
                    make_query_strict(operation)
        super().add_router(prefix, router, **options)

    def set_default_exception_handlers(self) -> None:
        self.add_exception_handler(Exception, response_to)  # type: ignore[arg-type]  # only ever an instance

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        with self._writing:  # once, also when the first readers come together
            if self._document is None:
                raw = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
                self._document = published(raw)
        return self._document


api = ReferralAPI(
    title="Referral API",
    version=__version__,
    description=DESCRIPTION,
    servers=[{"url": settings.PUBLIC_URL, "description": "This service"}],
    urls_namespace="api",
    docs_url=None,  # urls.py has ReDoc and Swagger UI
    renderer=JSONBytes(),
    parser=StrictParser(),
    openapi_extra=EXTRA,
)
api.add_router("/auth", auth.router)
api.add_router("/auth/sessions", sessions.router)
api.add_router("/profile", profile.router)
