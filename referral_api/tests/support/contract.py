"""Django's test client against the API, which fails on any answer that the published document does not declare."""

import json
from functools import cache
from typing import Any

from django.test import Client
from django.test.client import ClientHandler
from jsonschema import Draft202012Validator

from backend.api import api

BASE = "/api/v1"
HANDLER = ClientHandler(
    enforce_csrf_checks=False
)  # one for all: each new one lists the static files anew


class ContractClient:
    def __init__(self, *, bearer: str = "", token: str = "", language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.client.handler = HANDLER
        self.headers = {"Accept-Language": language}
        if bearer or token:
            self.headers["Authorization"] = f"Bearer {bearer}" if bearer else f"Token {token}"

    def get(self, path: str, **query: Any) -> Any:
        return self._checked("get", path, self.client.get(BASE + path, query, headers=self.headers))

    def post(self, path: str, body: Any = None) -> Any:
        sent = self.client.post(
            BASE + path, json.dumps(body), content_type="application/json", headers=self.headers
        )
        return self._checked("post", path, sent)

    def delete(self, path: str) -> Any:
        return self._checked("delete", path, self.client.delete(BASE + path, headers=self.headers))

    def _checked(self, method: str, path: str, response: Any) -> Any:
        declared = document()["paths"][BASE + path][method]["responses"]
        assert str(response.status_code) in declared, (
            f"{method} {path} answered an undeclared {response.status_code}"
        )
        content = declared[str(response.status_code)].get("content")
        if content is None:
            assert response.content == b""
            return response
        ((media_type, declaration),) = content.items()
        assert response["Content-Type"].partition(";")[0] == media_type
        validate(json.loads(response.content), declaration["schema"])
        return response


@cache
def document() -> dict[str, Any]:
    """The published document, as a client reads it."""
    return dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


def validate(body: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": document()["components"]}).validate(body)
