"""What Ninja's document lacks before it can be published."""

from typing import Any

from ninja.openapi.schema import OpenAPISchema

from referral_api.problems import MEDIA_TYPE

DESCRIPTION = """\
Log in with a phone number and a one-time code, get an invite code, activate a friend's.

1. `POST /auth/code` with a phone: a code is sent.
2. `POST /auth/login` with the phone and the code: tokens for `Authorization: Bearer`.
3. `GET /profile`: your invite code, and the people who activated it.

Every refusal is a [problem](https://www.rfc-editor.org/rfc/rfc9457) with a stable `code`; its `title` and `detail`
follow `Accept-Language` (en, ru)."""

EXTRA: dict[str, Any] = {
    "info": {
        "license": {"name": "MIT", "identifier": "MIT"},
        "contact": {"name": "The developers of Referral API", "url": "https://github.com/referral-api/referral-api"},
    },
    "tags": [
        {"name": "Login", "description": "One-time codes, sessions and API tokens."},
        {"name": "Profile", "description": "The own profile, invite codes, and those who were invited."},
    ],
}


def published(document: OpenAPISchema) -> OpenAPISchema:
    """Mends the document in place: media type and examples of problems, explicit `security`, plain parameters."""
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.setdefault("security", [])
            operation["parameters"] = [_plain(parameter) for parameter in operation["parameters"]]
            if not operation["parameters"]:
                del operation["parameters"]
            operation["responses"] = {
                str(status): _problem(response) if status >= 400 else response
                for status, response in operation["responses"].items()
            }
    return document


def _plain(parameter: dict[str, Any]) -> dict[str, Any]:
    """Ninja copies the schema's list of examples to where OpenAPI wants a mapping."""
    return {name: value for name, value in parameter.items() if name != "examples"}


def _problem(response: dict[str, Any]) -> dict[str, Any]:
    schema = response["content"]["application/json"]["schema"]
    examples = {body["code"]: {"summary": body["title"], "value": body} for body in schema.pop("examples")}
    return {**response, "content": {MEDIA_TYPE: {"schema": {"$ref": schema["$ref"]}, "examples": examples}}}
