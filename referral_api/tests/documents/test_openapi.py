"""The published document says everything a client must know."""

from collections.abc import Iterator
from typing import Any

import pytest

from referral_api.errors import Refusal
from referral_api.tests.support.contract import BASE, document, validate

EVERYWHERE = {"malformed_request", "payload_too_large", "internal_error", "unavailable"}
# Operation, where it is, its success, and every refusal of its own.
OPERATIONS: dict[str, tuple[str, str, set[str]]] = {
    "request_code": (
        "POST /auth/code",
        "202",
        {"phone_not_allowed", "too_many_requests", "sms_failed"},
    ),
    "log_in": (
        "POST /auth/login",
        "200",
        {"code_invalid", "code_expired", "account_disabled", "too_many_requests"},
    ),
    "refresh_session": ("POST /auth/refresh", "200", {"token_invalid"}),
    "log_out": ("POST /auth/logout", "204", {"token_invalid"}),
    "create_api_token": ("POST /auth/api-token", "201", {"unauthenticated"}),
    "revoke_api_token": ("DELETE /auth/api-token", "204", {"unauthenticated"}),
    "read_profile": ("GET /profile", "200", {"unauthenticated"}),
    "activate_invite": (
        "POST /profile/activate-invite",
        "200",
        {
            "unauthenticated",
            "invite_unknown",
            "invite_own",
            "invite_already_activated",
            "too_many_requests",
        },
    ),
    "list_invited_users": ("GET /profile/invited-users", "200", {"unauthenticated"}),
}
WITHOUT_INPUT = {"create_api_token", "revoke_api_token", "read_profile"}
PUBLIC = {"request_code", "log_in", "refresh_session", "log_out"}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path.removeprefix(BASE)}", operation


@pytest.fixture
def by_id() -> dict[str, dict[str, Any]]:
    return {operation["operationId"]: operation for _place, operation in operations()}


def test_these_are_all_operations_each_with_an_id_of_its_own() -> None:
    ids = [operation["operationId"] for _place, operation in operations()]
    assert len(ids) == len(set(ids))
    places = {operation["operationId"]: place for place, operation in operations()}
    assert places == {name: place for name, (place, _status, _refusals) in OPERATIONS.items()}


@pytest.mark.parametrize("name", OPERATIONS)
def test_success_and_every_refusal_are_documented(
    name: str, by_id: dict[str, dict[str, Any]]
) -> None:
    _place, success, refusals = OPERATIONS[name]
    responses = by_id[name]["responses"]
    assert [status for status in responses if int(status) < 400] == [success]
    shown = {
        code
        for status, response in responses.items()
        if int(status) >= 400
        for code in response["content"]["application/problem+json"]["examples"]
    }
    assert shown == refusals | EVERYWHERE | (
        set() if name in WITHOUT_INPUT else {"invalid_request"}
    )


def test_every_example_of_a_refusal_is_what_the_service_answers(
    by_id: dict[str, dict[str, Any]],
) -> None:
    statuses = {refusal.code: refusal.status for refusal in kinds(Refusal)}
    for operation in by_id.values():
        for status, response in operation["responses"].items():
            for code, example in (
                response.get("content", {})
                .get("application/problem+json", {})
                .get("examples", {})
                .items()
            ):
                validate(example["value"], {"$ref": "#/components/schemas/Problem"})
                assert (example["value"]["code"], statuses[code]) == (code, int(status))


def kinds(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in refusal.__subclasses__():
        yield kind
        yield from kinds(kind)


@pytest.mark.parametrize("name", OPERATIONS)
def test_security_is_said_for_each_operation(name: str, by_id: dict[str, dict[str, Any]]) -> None:
    schemes = [scheme for requirement in by_id[name]["security"] for scheme in requirement]
    expected = {"create_api_token": ["AccessTokenAuth"]}.get(
        name, ["AccessTokenAuth", "ApiTokenAuth"]
    )
    assert schemes == ([] if name in PUBLIC else expected)


def test_the_security_schemes_are_told_apart() -> None:
    schemes = document()["components"]["securitySchemes"]
    assert (schemes["AccessTokenAuth"]["type"], schemes["AccessTokenAuth"]["scheme"]) == (
        "http",
        "bearer",
    )
    named = {name: schemes["ApiTokenAuth"][name] for name in ("type", "in", "name")}
    assert named == {"type": "apiKey", "in": "header", "name": "Authorization"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_people_find_a_summary_and_a_description(
    name: str, by_id: dict[str, dict[str, Any]]
) -> None:
    assert by_id[name]["summary"]
    assert by_id[name]["description"].endswith(".")
    assert by_id[name]["tags"]


def test_every_input_refuses_unknown_fields(by_id: dict[str, dict[str, Any]]) -> None:
    for operation in by_id.values():
        if body := operation.get("requestBody"):
            name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert document()["components"]["schemas"][name]["additionalProperties"] is False


@pytest.mark.parametrize(
    "name", ["CodeRequestedOut", "SessionOut", "LoginOut", "ProfileOut", "InvitedUsersOut"]
)
def test_every_field_of_an_answer_is_always_there(name: str) -> None:
    schema = document()["components"]["schemas"][name]
    assert set(schema["required"]) == set(schema["properties"])
