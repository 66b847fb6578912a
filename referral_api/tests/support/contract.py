"""The published contract: its operations, its refusals, and a client that holds answers to it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from backend.api import api
from referral_api.errors import Refusal
from referral_api.tests.support.asgi_client import ASGIClient

BASE = "/api/v1"
PROBLEM = "application/problem+json"


@cache
def document() -> dict[str, Any]:
    """The published document, as a client reads it."""
    return dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


@dataclass(frozen=True)
class Body:
    """What the document says of one body: of the request, or of the answers of one status."""

    of: str  # "request", or a status
    media_type: str
    schema: dict[str, Any]
    examples: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """What the document says of one operation."""

    id: str
    method: str  # in small letters
    path: str  # below BASE
    declared: dict[str, Any]

    @property
    def responses(self) -> dict[str, dict[str, Any]]:
        return dict(self.declared["responses"])

    @property
    def successes(self) -> list[str]:
        return [status for status in self.responses if status < "400"]

    @property
    def schemes(self) -> list[str]:
        """Of authentication; none where anybody may call it."""
        return [name for requirement in self.declared["security"] for name in requirement]

    @property
    def bodies(self) -> Iterator[Body]:
        holders = {"request": self.declared.get("requestBody", {}), **self.responses}
        for of, holder in holders.items():
            for media_type, content in holder.get("content", {}).items():
                yield Body(of, media_type, content["schema"], content.get("examples", {}))

    @property
    def problems(self) -> dict[str, dict[str, Any]]:
        """The body that the document shows for each code."""
        shown = {}
        for body in self.bodies:
            if body.media_type == PROBLEM:
                for code, example in body.examples.items():
                    shown[code] = example["value"]
        return shown


@cache
def operations() -> dict[str, Operation]:
    """Every operation of the API, by its id. Tests ask here, and keep no list of their own."""
    found = {}
    for address, methods in document()["paths"].items():
        for method, declared in methods.items():
            name = declared["operationId"]
            assert name not in found, f"two operations have the id {name}"
            found[name] = Operation(name, method, address.removeprefix(BASE), declared)
    return found


def operation_at(method: str, path: str) -> Operation:
    """By the address that a client calls, without its query."""
    path = path.partition("?")[0]
    for operation in operations().values():
        parts = re.split(r"\{\w+\}", operation.path)
        form = "[^/]+".join(re.escape(part) for part in parts)
        if operation.method == method and re.fullmatch(form, path):
            return operation
    raise AssertionError(f"the document has no {method} {path}")


def refusals(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Every refusal, in the order of the tree that is drawn in errors.py."""
    found = []
    for child in kind.__subclasses__():
        found.append(child)
        found += refusals(child)
    return found


def validate(body: Any, schema: dict[str, Any]) -> None:
    """Raises ValidationError where the body does not hold to the schema of the document."""
    Draft202012Validator({**schema, "components": document()["components"]}).validate(body)


def check_answer(operation: Operation, status: int, media_type: str, content: bytes) -> None:
    """Fails on an answer that the document does not declare."""
    said = f"{operation.id} answered {status} {content[:200]!r}, which is undeclared"
    assert str(status) in operation.responses, said
    declared = [body for body in operation.bodies if body.of == str(status)]
    if not declared:
        assert content == b"", said
        return
    assert [media_type.partition(";")[0]] == [body.media_type for body in declared], said
    answer = json.loads(content)
    validate(answer, declared[0].schema)
    if declared[0].media_type == PROBLEM:
        assert answer["code"] in declared[0].examples, said


class ContractClient:
    """Django's test client against the API, which fails on any undeclared answer."""

    def __init__(self, *, bearer: str = "", token: str = "", language: str = "en") -> None:
        self.client = ASGIClient()
        self.headers = {"Accept-Language": language}
        if bearer or token:
            self.headers["Authorization"] = f"Bearer {bearer}" if bearer else f"Token {token}"

    def get(self, path: str, **query: Any) -> Any:
        return self.call("get", path, query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("post", path, body)

    def put(self, path: str, body: Any = None) -> Any:
        return self.call("put", path, body)

    def delete(self, path: str) -> Any:
        return self.call("delete", path)

    def call(self, method: str, path: str, sent: Any = None) -> Any:
        """`sent` is the query of a GET, and the body of a POST or PUT."""
        url = BASE + path
        if method == "get":
            answer = self.client.get(url, sent, headers=self.headers)
        elif method in {"post", "put"}:
            body = json.dumps(sent)
            answer = self.client.generic(
                method.upper(), url, body, "application/json", headers=self.headers
            )
        else:
            answer = self.client.generic(method.upper(), url, headers=self.headers)
        operation = operation_at(method, path)
        media_type = answer.headers.get("Content-Type", "")
        check_answer(operation, answer.status_code, media_type, answer.content)
        return answer
