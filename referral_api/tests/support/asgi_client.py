"""Django's test client, whose requests go the way of production: through backend/asgi/.

What is synchronous there runs in the thread of the test, which has the test's transaction.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from http.cookies import SimpleCookie
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.http import HttpResponse
from django.test import Client

from backend.asgi import application_on

Message = Mapping[str, Any]


class ThreadOfTheTest:
    """For the application, in the place of its threads and its connections.

    asgiref runs it in the thread that called `async_to_sync`. A test of races has many of them.
    """

    async def run(self, work: Callable[[], Any]) -> Any:
        return await sync_to_async(work, thread_sensitive=True)()

    def one_for_a_page(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    def one_for_the_admin(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()


class ThroughASGI:
    """Takes the request of Django's test client, a WSGI environment, and gives it its response."""

    def __init__(self) -> None:
        here = ThreadOfTheTest()
        self.application = application_on(here, here)

    def __call__(self, environ: dict[str, Any]) -> HttpResponse:
        body = environ["wsgi.input"].read()
        return async_to_sync(self.exchange)(scope_of(environ), body)

    async def exchange(self, scope: dict[str, Any], body: bytes) -> HttpResponse:
        sent: list[Message] = []
        incoming: asyncio.Queue[Message] = asyncio.Queue()
        incoming.put_nowait({"type": "http.request", "body": body})

        async def send(message: Message) -> None:
            sent.append(message)

        await self.application(scope, incoming.get, send)
        return response_of(sent)


def scope_of(environ: dict[str, Any]) -> dict[str, Any]:
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
    return {
        "type": "http",
        "method": environ["REQUEST_METHOD"],
        "scheme": environ["wsgi.url_scheme"],
        "path": path,
        "query_string": environ["QUERY_STRING"].encode("latin-1"),
        "headers": headers_of(environ),
        "client": [environ["REMOTE_ADDR"], 50_000],
        "server": [environ["SERVER_NAME"], int(environ["SERVER_PORT"])],
    }


def headers_of(environ: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    headers = {"host": environ["SERVER_NAME"]}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.lower().replace("_", "-")] = str(environ[name])
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            headers[name.removeprefix("HTTP_").lower().replace("_", "-")] = value
    return [(name.encode(), encoded(value)) for name, value in headers.items()]


def encoded(value: str) -> bytes:
    """As clients do: a header is latin-1, and what does not fit is sent as UTF-8."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def response_of(sent: list[Message]) -> HttpResponse:
    start, *parts = sent
    response = HttpResponse(b"".join(part.get("body", b"") for part in parts))
    response.status_code = start["status"]
    del response["Content-Type"]
    for name, value in start["headers"]:
        if name.lower() == b"set-cookie":
            response.cookies.load(SimpleCookie(value.decode("latin-1")))
        else:
            response[name.decode("ascii")] = value.decode("latin-1")
    response.wsgi_request = None  # type: ignore[attr-defined]  # Django's client asks for it
    return response


THROUGH_ASGI = ThroughASGI()  # one for all: each new one lists the static files again


class ASGIClient(Client):
    """As Django's `Client`. An error of the service is an answer with 500, as in production.

    For the API and the probes. Django's handler of the pages closes the connection of a test.
    """

    def __init__(self, **defaults: Any) -> None:
        super().__init__(raise_request_exception=False, **defaults)
        self.handler = THROUGH_ASGI  # type: ignore[assignment]  # whatever takes an environment
