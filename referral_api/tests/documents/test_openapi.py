"""The published document says everything that a client must know, of every operation."""

import pytest

from referral_api.problems import problems
from referral_api.tests.support.contract import (
    PROBLEM,
    Operation,
    document,
    operations,
    refusals,
    validate,
)

# Whom the rules let in without a token. An operation comes to this list by decision alone.
PUBLIC = {"request_code", "log_in", "refresh_session", "log_out"}
# A stolen API token must not renew itself, and has no session of its own.
FOR_SESSIONS = {"create_api_token", "end_other_sessions", "delete_account", "change_phone"}
# Refused before it is known which operation is called.
OF_NO_OPERATION = {"not_found", "method_not_allowed", "request_timeout", "headers_too_large"}

each_operation = pytest.mark.parametrize("operation", operations().values(), ids=operations())


def codes_of_every_operation() -> set[str]:
    """As the code declares them for `response=`."""
    found = set()
    for declared in problems().values():
        for body in declared.__metadata__[0].examples:
            found.add(body["code"])
    return found


def test_the_variable_of_the_server_has_only_what_every_reader_of_openapi_knows() -> None:
    """swagger-cli and orval 7 refuse a description of it."""
    (server,) = document()["servers"]
    assert list(server["variables"]) == ["origin"]
    assert set(server["variables"]["origin"]) == {"default"}


@each_operation
def test_an_operation_says_what_it_is_for(operation: Operation) -> None:
    assert operation.declared["summary"]
    assert operation.declared["description"].endswith(".")
    (tag,) = operation.declared["tags"]
    described = {known["name"] for known in document()["tags"] if known["description"]}
    assert tag in described


@each_operation
def test_only_the_way_in_and_out_is_public(operation: Operation) -> None:
    if operation.id in PUBLIC:
        assert operation.schemes == []
    elif operation.id in FOR_SESSIONS:
        assert operation.schemes == ["AccessTokenAuth"]
    else:
        assert operation.schemes == ["AccessTokenAuth", "ApiTokenAuth"]


def test_the_security_schemes_are_told_apart() -> None:
    schemes = document()["components"]["securitySchemes"]
    access, api_token = schemes["AccessTokenAuth"], schemes["ApiTokenAuth"]
    assert (access["type"], access["scheme"]) == ("http", "bearer")
    named = (api_token["type"], api_token["in"], api_token["name"])
    assert named == ("apiKey", "header", "Authorization")


@each_operation
def test_an_operation_succeeds_in_one_way(operation: Operation) -> None:
    assert len(operation.successes) == 1


@each_operation
def test_the_refusals_that_meet_everybody_are_shown(operation: Operation) -> None:
    expected = codes_of_every_operation()
    if "requestBody" not in operation.declared:
        expected -= {"unsupported_media_type"}
        assert "unsupported_media_type" not in operation.problems
    assert expected <= set(operation.problems)
    assert ("unauthenticated" in operation.problems) == bool(operation.schemes)


@each_operation
def test_every_refusal_has_the_one_media_type(operation: Operation) -> None:
    for body in operation.bodies:
        if body.of != "request" and body.of >= "400":
            assert body.media_type == PROBLEM


@each_operation
def test_every_body_has_examples_that_hold_to_its_schema(operation: Operation) -> None:
    for body in operation.bodies:
        assert body.examples, (
            f"{operation.id} shows no example of its {body.of} body: add one to its schema"
            " in schemas/, then export the document"
        )
        for example in body.examples.values():
            assert example["summary"]
            validate(example["value"], body.schema)


@each_operation
def test_a_refusal_is_shown_under_its_own_status_with_its_headers(operation: Operation) -> None:
    statuses = {refusal.code: refusal.status for refusal in refusals()}
    headers_of_status = {401: {"WWW-Authenticate"}, 415: {"Accept"}, 429: {"Retry-After"}}
    for code, body in operation.problems.items():
        response = operation.responses[str(statuses[code])]
        shown = set(response["headers"])
        if code == "unavailable":  # says when to come again, where it is known
            shown -= {"Retry-After"}
        assert (body["code"], body["status"]) == (code, statuses[code])
        assert f"`{code}`" in response["description"]
        assert shown == {"Content-Language"} | headers_of_status.get(body["status"], set())


def test_every_refusal_is_shown_by_an_operation_but_those_of_none() -> None:
    shown: set[str] = set()
    for operation in operations().values():
        shown |= set(operation.problems)
    assert shown == {refusal.code for refusal in refusals()} - OF_NO_OPERATION


def test_every_refusal_is_in_the_table_of_the_document() -> None:
    text = document()["components"]["schemas"]["Problem"]["description"]
    assert [refusal.code for refusal in refusals() if f"| `{refusal.code}` |" not in text] == []


@each_operation
def test_every_input_refuses_unknown_fields(operation: Operation) -> None:
    for body in operation.bodies:
        if body.of == "request":
            name = body.schema["$ref"].rpartition("/")[2]
            assert document()["components"]["schemas"][name]["additionalProperties"] is False


ANSWERS = [name for name in document()["components"]["schemas"] if name.endswith("Out")]


@pytest.mark.parametrize("name", ANSWERS)
def test_clients_can_rely_on_every_field_of_an_answer(name: str) -> None:
    schema = document()["components"]["schemas"][name]
    assert set(schema["required"]) == set(schema["properties"])
