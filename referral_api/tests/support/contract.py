"""A client of the API that fails on any answer that the published document does not declare."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from backend.api import api
from referral_api.tests.support.asgi_client import ASGIClient

BASE = "/api/v1"


class ContractClient:
    def __init__(self, *, bearer: str = "", token: str = "", language: str = "en") -> None:
        self.client = ASGIClient()
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
