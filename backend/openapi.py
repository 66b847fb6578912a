"""What Ninja's document lacks before it can be published."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from django.conf import settings
from django.utils import translation
from ninja.openapi.schema import OpenAPISchema

from backend.openapi_texts import HEADERS, HEADERS_OF_STATUS, REFUSALS
from referral_api.errors import Refusal
from referral_api.problems import MEDIA_TYPE
from schemas.body import BodyIn, BodyOut, Examples
from schemas.problem import Problem

Json = dict[str, Any]
T = TypeVar("T")

EXPORTED_ORIGIN = "http://127.0.0.1:8000"  # the same, whichever machine exports the document


def published(document: OpenAPISchema) -> OpenAPISchema:
    """Completes Ninja's document in place."""
    schemas = document["components"]["schemas"]
    document["servers"] = [with_variable(server) for server in document["servers"]]
    for methods in document["paths"].values():
        for operation in methods.values():
            complete_operation(operation, schemas)
    document["components"]["headers"] = HEADERS
    # After the operations: Swagger UI shows it with the schemas, ReDoc as its last section.
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    table = REFUSALS.format(languages=languages) + table_of_refusals()
    schemas["Problem"]["description"] += table
    document["tags"].append({"name": "Refusals", "description": table.strip(), "x-traitTag": True})
    for schema in schemas.values():
        remove_titles(schema)
    for last in ("paths", "components"):
        document[last] = document.pop(last)
    return document


def exported(document: OpenAPISchema) -> str:
    """The text of schemas/openapi.json: the same on every machine."""
    server = dict(document["servers"][0])
    origin = dict(server["variables"]["origin"])
    origin["default"] = EXPORTED_ORIGIN
    server["variables"] = {"origin": origin}
    portable = dict(document)
    portable["servers"] = [server]
    return json.dumps(portable, indent=2, ensure_ascii=False, default=str) + "\n"


def table_of_refusals() -> str:
    """In English; the README has it too (write_reference.py)."""
    lines = ["| code | status | title |", "| --- | --- | --- |"]
    with translation.override("en"):
        for refusal in subclasses(Refusal):
            row = f"| `{refusal.code}` | {refusal.status} | {refusal.title} |"
            lines.append(row)
    return "\n".join(lines)


def subclasses(tree: type[T]) -> Iterator[type[T]]:
    """All classes under `tree`, in the order of their definition."""
    for child in tree.__subclasses__():
        yield child
        yield from subclasses(child)


def with_variable(server: Json) -> Json:
    """The variable has no description of its own.

    OpenAPI 3.1 allows one, but the schema of 3.1 that swagger-cli and orval 7 ask (2021-04-15)
    misspells its name, and they refuse the whole document for it.
    """
    return {
        "url": "{origin}",
        "description": f"{server['description']}: its scheme, host and port.",
        "variables": {"origin": {"default": server["url"]}},
    }


def complete_operation(operation: Json, schemas: Json) -> None:
    operation.setdefault("security", [])  # said aloud: anybody may call it
    parameters = [plain_parameter(parameter) for parameter in operation.pop("parameters")]
    if parameters:
        operation["parameters"] = parameters
    body = operation.get("requestBody")
    if body:
        add_examples(body["content"]["application/json"])
    errors = input_errors(operation, schemas)
    responses = {str(status): response for status, response in operation["responses"].items()}
    if not body:
        del responses["415"]
    for status, response in responses.items():
        if status >= "400":
            responses[status] = problem_response(response, status, errors)
        else:
            show = response.pop("x-show")
            for content in response.get("content", {}).values():
                add_examples(content, show)
    operation["responses"] = responses


def plain_parameter(parameter: Json) -> Json:
    """A query has no null; and Ninja copies a list of examples to where OpenAPI wants a mapping."""
    plain = dict(parameter)
    for example in plain.pop("examples", [])[:1]:
        plain["example"] = example
    schema = dict(parameter["schema"])
    for kind in schema.pop("anyOf", []):
        if kind != {"type": "null"}:
            schema |= kind
    remove_titles(schema)
    schema.pop("description", None)  # the parameter has it
    plain["schema"] = schema
    return plain


def add_examples(content: Json, show: list[str] | None = None) -> None:
    """The examples of the body's class, under keys of one word; `show` names some of them."""
    name = content["schema"]["$ref"].rpartition("/")[2]
    content["examples"] = {}
    for summary, value in examples_of(name).items():
        if not show or summary in show:
            content["examples"][key_of(summary)] = {"summary": summary, "value": value}


def examples_of(name: str) -> Examples:
    """Of the body whose class has this name; the names of all bodies differ."""
    bodies: list[type[BodyIn | BodyOut]] = [*subclasses(BodyIn), *subclasses(BodyOut)]
    found = {body.__name__: body.examples for body in bodies}
    return found.get(name, {})


def key_of(summary: str) -> str:
    """`With an invite code` → `with_an_invite_code`."""
    words = summary.lower().replace(" ", "_")
    return "".join(letter for letter in words if letter.isalnum() or letter == "_")


def input_errors(operation: Json, schemas: Json) -> list[Json]:
    """The `errors` of an example of `invalid_request`."""
    body = operation.get("requestBody")
    if body:
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        fields = schemas[name]["required"]
        return [{"pointer": f"#/{field}", "message": "This field is required."} for field in fields]
    for parameter in operation.get("parameters", []):
        if parameter["schema"].get("format") == "uuid":
            return [{"pointer": f"#/{parameter['name']}", "message": "This must be a UUID."}]
        most = parameter["schema"].get("maximum")
        if most is not None:
            message = f"This must be {most} or less."
            return [{"pointer": f"#/{parameter['name']}", "message": message}]
    return [{"pointer": "#/page", "message": "This field is not known."}]


def problem_response(response: Json, status: str, errors: list[Json]) -> Json:
    schema = response["content"]["application/json"]["schema"]
    examples = {}
    meanings = []
    for body in schema["examples"]:
        if body["code"] == "invalid_request":
            body["errors"] = errors
        # The members as they go over the wire; the schema has them by the alphabet.
        value = {name: body[name] for name in Problem.model_fields if name in body}
        examples[body["code"]] = {"summary": body["title"], "value": value}
        meanings.append(f"`{body['code']}`: {body['title']}")
    names = ["Content-Language", *HEADERS_OF_STATUS.get(status, [])]
    content = {"schema": {"$ref": schema["$ref"]}, "examples": examples}
    return {
        "description": " ".join(meanings),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {MEDIA_TYPE: content},
    }


def remove_titles(schema: Json) -> None:
    """Pydantic's titles only repeat the names: "Request Id" of `request_id`."""
    schema.pop("title", None)
    for part in schema.get("properties", {}).values():
        remove_titles(part)
    for part in schema.get("anyOf", []):
        remove_titles(part)
    if "items" in schema:
        remove_titles(schema["items"])
