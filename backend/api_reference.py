"""The table of the README that lists the operations of the API."""

from typing import Any

from backend.api import api
from backend.paths import API_V1
from referral_api.problems import COMMON, MEDIA_TYPE

SCHEMES = {"AccessTokenAuth": "Bearer", "ApiTokenAuth": "Token"}
# What the text above the table says of every operation, or of each that needs a token.
SAID_ONCE = {refusal.code for refusal in COMMON} | {"unauthenticated"}


def operations_table() -> str:
    lines = [
        "| request | what it does | who | success | refusals of its own |",
        "| --- | --- | --- | --- | --- |",
    ]
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            address = "/" + path.removeprefix(API_V1)
            lines.append(operation_row(f"{method.upper()} {address}", operation))
    return "\n".join(lines)


def operation_row(request: str, operation: dict[str, Any]) -> str:
    schemes = [SCHEMES[name] for requirement in operation["security"] for name in requirement]
    success = [status for status in operation["responses"] if status < "400"]
    codes = []
    for response in operation["responses"].values():
        shown = response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
        codes += [f"`{code}`" for code in shown if code not in SAID_ONCE]
    who = ", ".join(schemes) or "anybody"
    own = ", ".join(codes) or "–"
    return f"| `{request}` | {operation['summary']} | {who} | {success[0]} | {own} |"
