"""What Ninja's document lacks before it can be published."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils import translation
from ninja.openapi.schema import OpenAPISchema

from referral_api.errors import Refusal
from referral_api.problems import MEDIA_TYPE
from schemas.examples import FIELD_PROBLEMS, HEADERS, HEADERS_OF_STATUS, REQUESTS, SUCCESSES
from schemas.problem import Problem

Json = dict[str, Any]

EXPORTED_ORIGIN = (
    "http://127.0.0.1:8000"  # the committed document must not depend on who exported it
)
DESCRIPTION = """\
Log in with a phone number and a one-time code, get an invite code, activate a friend's.

1. `POST /api/v1/auth/code` with a phone: a code is sent.
2. `POST /api/v1/auth/login` with the phone and the code: tokens for `Authorization: Bearer`.
3. `GET /api/v1/profile`: your invite code, and the people who activated it.
4. `POST /api/v1/profile/activate-invite` with a friend's code, once.

Scripts can use the long-lived token of `POST /api/v1/auth/api-token` instead: `Authorization: Token <key>`.

## Refusals

Every refusal is a [problem](https://www.rfc-editor.org/rfc/rfc9457), `application/problem+json`. Programs read its
`code`, which never changes; its `title` and `detail` follow `Accept-Language` (en, ru). New codes may be added: treat
an unknown one by its status.

| code | status | title |
| --- | --- | --- |
"""
EXTRA: Json = {
    "info": {
        "summary": "Phone login and referrals",
        "license": {"name": "MIT", "identifier": "MIT"},
        "contact": {
            "name": "The developers of Referral API",
            "url": "https://github.com/referral-api/referral-api",
        },
    },
    "tags": [
        {"name": "Login", "description": "One-time codes, sessions and API tokens."},
        {
            "name": "Profile",
            "description": "The own profile, invite codes, and those who were invited.",
        },
    ],
}


def published(document: OpenAPISchema) -> OpenAPISchema:
    """Mends the document in place."""
    with translation.override("en"):
        document["info"]["description"] += "\n".join(_refusals(Refusal))
    document["servers"] = [_with_variable(server) for server in document["servers"]]
    for operation in (o for methods in document["paths"].values() for o in methods.values()):
        _mend(operation)
    document["components"]["headers"] = HEADERS
    for schema in document["components"]["schemas"].values():
        _untitle(schema)
    for last in ("paths", "components"):
        document[last] = document.pop(last)
    return document


def exported(document: OpenAPISchema) -> str:
    """The text of schemas/openapi.json: the same on every machine."""
    server = document["servers"][0]
    origin = {**server["variables"]["origin"], "default": EXPORTED_ORIGIN}
    portable = {**document, "servers": [{**server, "variables": {"origin": origin}}]}
    return json.dumps(portable, indent=2, ensure_ascii=False, default=str) + "\n"


def _refusals(tree: type[Refusal]) -> Iterator[str]:
    for refusal in tree.__subclasses__():
        yield f"| `{refusal.code}` | {refusal.status} | {refusal.title} |"
        yield from _refusals(refusal)


def _with_variable(server: Json) -> Json:
    origin = {"default": server["url"], "description": "Scheme, host and port of the service."}
    return {
        "url": "{origin}",
        "description": server["description"],
        "variables": {"origin": origin},
    }


def _mend(operation: Json) -> None:
    name = operation["operationId"]
    operation.setdefault("security", [])  # said aloud: anybody may call it
    if parameters := [_plain(parameter) for parameter in operation.pop("parameters")]:
        operation["parameters"] = parameters
    if body := operation.get("requestBody"):
        body["content"]["application/json"]["examples"] = _named(REQUESTS[name])
    responses = {str(status): response for status, response in operation["responses"].items()}
    if name not in FIELD_PROBLEMS:  # takes nothing that could be wrong
        del responses["422"]
    operation["responses"] = {
        status: _problem(response, status, name)
        if status >= "400"
        else _success(response, *SUCCESSES[name][status])
        for status, response in responses.items()
    }


def _plain(parameter: Json) -> Json:
    """A query has no null; and Ninja copies the schema's list of examples to where OpenAPI wants a mapping."""
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    schema = {
        **{key: value for key, value in schema.items() if key != "anyOf"},
        **(kinds[0] if kinds else {}),
    }
    _untitle(schema)
    schema.pop("description", None)  # the parameter has it
    return {
        **{key: value for key, value in parameter.items() if key != "examples"},
        "schema": schema,
    }


def _success(response: Json, description: str, examples: Json) -> Json:
    for content in response.get("content", {}).values():
        content["examples"] = _named(examples)
    return {**response, "description": description}


def _problem(response: Json, status: str, operation_id: str) -> Json:
    schema = response["content"]["application/json"]["schema"]
    bodies = [_in_order(body, operation_id) for body in schema["examples"]]
    examples = {body["code"]: {"summary": body["title"], "value": body} for body in bodies}
    return {
        "description": " ".join(f"`{body['code']}`: {body['title']}" for body in bodies),
        "headers": {
            name: {"$ref": f"#/components/headers/{name}"}
            for name in ("Content-Language", *HEADERS_OF_STATUS.get(status, []))
        },
        "content": {MEDIA_TYPE: {"schema": {"$ref": schema["$ref"]}, "examples": examples}},
    }


def _in_order(body: Json, operation_id: str) -> Json:
    """The members as they go over the wire; the schema has them by the alphabet."""
    if body["code"] == "invalid_request":
        body["errors"] = FIELD_PROBLEMS[operation_id]
    return {name: body[name] for name in Problem.model_fields if name in body}


def _named(examples: Json) -> Json:
    """`With an invite code` → `with_an_invite_code`: a key of OpenAPI is one word."""
    return {
        "".join(c for c in summary.lower().replace(" ", "_") if c.isalnum() or c == "_"): {
            "summary": summary,
            "value": value,
        }
        for summary, value in examples.items()
    }


def _untitle(schema: Json) -> None:
    """Pydantic's titles only repeat the names: "Request Id" of `request_id`."""
    schema.pop("title", None)
    for part in (*schema.get("properties", {}).values(), *schema.get("anyOf", [])):
        _untitle(part)
    if "items" in schema:
        _untitle(schema["items"])
