"""Django's ASGI handler without what a request to the API does not need."""

from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.exception import convert_exception_to_response
from django.urls import set_script_prefix
from django.utils.module_loading import import_string

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class APIHandler(ASGIHandler):
    """Answers the API and the probes; the pages have Django's own handler.

    Each thing left out here costs a request more than its own view does:

    - `request_started` and `request_finished`. Django's receivers are synchronous, and each makes a hop to a database
      thread and back. What they do for a connection, each unit of work does for itself (referral_api/database.py).
    - Closing the response in one more hop. Nothing hangs on it but the request's body; a streaming answer is closed.
    - Two tasks that watch for a client that hangs up. The work of a request is one short call of the database, and an
      SMS is not to be stopped by a disconnect: both run to their end, and the answer goes nowhere.
    - The file on disk that a large body would go to: a body of the API is a few kilobytes at most (asgi.py, BodyLimit).
    - The middleware of the pages, which would only pass the request on.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's signature
        super().load_middleware(is_async)
        chain = convert_exception_to_response(self._get_response_async)  # type: ignore[attr-defined]  # the stubs lack it
        for path in reversed(settings.MIDDLEWARE):
            middleware = import_string(path)
            if not getattr(middleware, "for_pages_alone", False):
                chain = convert_exception_to_response(middleware(chain))
        self._middleware_chain = chain

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            set_script_prefix(get_script_prefix(scope))
            request, refusal = self.create_request(scope, body)
            response: Any = refusal if request is None else await self.run_get_response(request)
            await self.send_response(response, send)
            if response.streaming:
                await sync_to_async(response.close)()

    async def read_body(self, receive: Receive) -> BytesIO:
        body, more = BytesIO(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestAborted
            body.write(message.get("body", b""))
            more = message.get("more_body", False)
        body.seek(0)
        return body
