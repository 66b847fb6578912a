"""Django's ASGI handler without what a request to the API does not need."""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.urls import set_script_prefix

from backend.api_stack import APIStack
from backend.asgi.interface import Receive, Scope, Send


class APIHandler(APIStack, ASGIHandler):
    """Answers the API and the probes; the pages have Django's own handler.

    Each thing left out here costs a request more than its own view does:

    - `request_started` and `request_finished`. Django's receivers are synchronous, and each makes
      a hop to a thread and back. What they do for a connection, each unit of work does for
      itself.
    - Closing the response in one more hop. Nothing depends on it but the body of the request.
      No view of the API streams its answer.
    - Two tasks that watch for a client that disconnects. The work of a request is one short call
      of the database, and a disconnect must not stop an SMS: both run to their end, and the answer
      goes nowhere.
    - The file on disk that a large body would go to: BodyLimit lets a few kilobytes pass at most.
    - The middleware of the pages (APIStack).
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            if scope.get("root_path"):
                set_script_prefix(get_script_prefix(scope))
            request, refusal = self.create_request(scope, body)
            response: Any = refusal
            if request is not None:
                response = await self.run_get_response(request)
            await self.send_response(response, send)

    async def send_response(self, response: Any, send: Send) -> None:
        """The API sets no cookie, and sends each answer in one piece."""
        headers = []
        for name, value in response.items():
            headers.append((name.encode("ascii"), value.encode("latin-1")))
        status = response.status_code
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": response.content, "more_body": False})

    async def read_body(self, receive: Receive) -> BytesIO:
        body = BytesIO()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestAborted
            body.write(message.get("body", b""))
            more = message.get("more_body", False)
        body.seek(0)
        return body
