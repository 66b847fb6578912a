"""schemas/openapi.json and schemas/postman_collection.json, as a client developer finds them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from referral_api.errors import Refusal
from referral_api.tests.conftest import Person
from referral_api.tests.support.contract import BASE, ContractClient, validate

SCHEMAS: Path = settings.BASE_DIR / "schemas"
OPENAPI: dict[str, Any] = json.loads((SCHEMAS / "openapi.json").read_text(encoding="utf-8"))
POSTMAN: dict[str, Any] = json.loads(
    (SCHEMAS / "postman_collection.json").read_text(encoding="utf-8")
)
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method, path, operation)
    for path, methods in OPENAPI["paths"].items()
    for method, operation in methods.items()
}
STEPS: list[dict[str, Any]] = [step for folder in POSTMAN["item"] for step in folder["item"]]
PUBLIC = {"request_code", "log_in", "refresh_session", "log_out"}

each_operation = pytest.mark.parametrize("operation_id", OPERATIONS)


def bodies(operation_id: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(status or "request", media type, what is declared for it) of every body of the operation."""
    operation = OPERATIONS[operation_id][2]
    for status, holder in {
        "request": operation.get("requestBody", {}),
        **operation["responses"],
    }.items():
        for media_type, content in holder.get("content", {}).items():
            yield status, media_type, content


def problems_of(operation_id: str) -> dict[str, dict[str, Any]]:
    """code → the body that the document shows."""
    return {
        code: example["value"]
        for _, media_type, content in bodies(operation_id)
        if media_type == "application/problem+json"
        for code, example in content["examples"].items()
    }


def test_the_exported_document_is_the_services_on_every_machine(tmp_path: Path) -> None:
    elsewhere = {"PUBLIC_URL": "https://elsewhere.example", "PORT": "9", "OTP_LENGTH": "8"}
    export = [sys.executable, "manage.py", "export_openapi", str(tmp_path / "openapi.json")]
    subprocess.run(
        export,
        cwd=settings.BASE_DIR,
        env={**os.environ, **elsewhere},
        check=True,
        capture_output=True,
    )
    exported = (tmp_path / "openapi.json").read_text(encoding="utf-8")
    committed = (SCHEMAS / "openapi.json").read_text(encoding="utf-8")
    assert exported == committed, "run `make manage ARGS=export_openapi`, then `npm run postman`"


@each_operation
def test_an_operation_says_what_it_is_for(operation_id: str) -> None:
    operation = OPERATIONS[operation_id][2]
    assert operation["summary"]
    assert operation["description"]
    (tag,) = operation["tags"]
    assert tag in {known["name"] for known in OPENAPI["tags"] if known["description"]}


@each_operation
def test_only_the_way_in_and_out_is_public(operation_id: str) -> None:
    schemes = [next(iter(scheme)) for scheme in OPERATIONS[operation_id][2]["security"]]
    if operation_id in PUBLIC:
        assert schemes == []
    elif operation_id == "create_api_token":  # a stolen API token must not renew itself
        assert schemes == ["AccessTokenAuth"]
    else:
        assert schemes == ["AccessTokenAuth", "ApiTokenAuth"]


@each_operation
def test_every_body_has_examples_that_hold_to_its_schema(operation_id: str) -> None:
    for status, media_type, content in bodies(operation_id):
        assert content["examples"], (status, media_type)
        for example in content["examples"].values():
            assert example["summary"]
            validate(example["value"], content["schema"])


@each_operation
def test_a_refusal_is_shown_under_its_own_status_with_its_headers(operation_id: str) -> None:
    responses = OPERATIONS[operation_id][2]["responses"]
    for code, body in problems_of(operation_id).items():
        response = responses[str(body["status"])]
        expected = {"Content-Language"} | {401: {"WWW-Authenticate"}, 429: {"Retry-After"}}.get(
            body["status"], set()
        )
        assert code == body["code"]
        assert f"`{code}`" in response["description"]
        assert (
            set(response["headers"]) - ({"Retry-After"} if code == "unavailable" else set())
            == expected
        )


def test_every_refusal_is_told_and_all_but_wrong_addresses_are_shown() -> None:
    def tree(refusal: type[Refusal]) -> set[str]:
        return {refusal.code} | {code for child in refusal.__subclasses__() for code in tree(child)}

    every = {code for child in Refusal.__subclasses__() for code in tree(child)}
    assert {code for name in OPERATIONS for code in problems_of(name)} == every - {
        "not_found",
        "method_not_allowed",
    }
    assert all(f"| `{code}` |" in OPENAPI["info"]["description"] for code in every)


@pytest.mark.parametrize(
    "name", [name for name in OPENAPI["components"]["schemas"] if name.endswith("Out")]
)
def test_clients_can_rely_on_every_field_of_an_answer(name: str) -> None:
    schema = OPENAPI["components"]["schemas"][name]
    assert set(schema["required"]) == set(schema["properties"])


SENT: dict[str, tuple[str, Any]] = {
    "request_code": ("invalid_request", {"phone": "+7 000 000-00-00"}),
    "log_in": ("invalid_request", {"phone": "+79161234567", "code": "four"}),
    "refresh_session": ("invalid_request", {}),
    "log_out": ("token_invalid", {"refresh": "never issued"}),
    "activate_invite": ("invalid_request", {"invite_code": "short"}),
    "list_invited_users": ("invalid_request", {"limit": 201}),
}


@pytest.mark.parametrize("operation_id", SENT)
def test_what_the_document_shows_is_what_is_answered(operation_id: str, alice: Person) -> None:
    method, path, _ = OPERATIONS[operation_id]
    code, sent = SENT[operation_id]
    call = path.removeprefix(BASE)
    answer = alice.client.get(call, **sent) if method == "get" else alice.client.post(call, sent)
    assert answer.json() == problems_of(operation_id)[code]


@pytest.mark.django_db
@pytest.mark.parametrize("operation_id", sorted(set(OPERATIONS) - PUBLIC))
def test_without_a_token_the_shown_401_is_answered(operation_id: str, api: ContractClient) -> None:
    method, path, _ = OPERATIONS[operation_id]
    answer = getattr(api, method)(path.removeprefix(BASE))
    assert answer.json() == problems_of(operation_id)["unauthenticated"]


def test_a_foreign_code_and_an_own_one_are_refused_as_shown(alice: Person) -> None:
    shown = problems_of("activate_invite")
    assert alice.activate("ZZZZZ9").json() == shown["invite_unknown"]
    assert alice.activate(alice.invite_code).json() == shown["invite_own"]


def test_the_collection_calls_every_operation_and_checks_every_answer() -> None:
    called = {
        (step["request"]["method"].lower(), "/" + "/".join(step["request"]["url"]["path"]))
        for step in STEPS
    }
    assert called == {(method, path) for method, path, _ in OPERATIONS.values()}
    for step in STEPS:
        method, path, _ = OPERATIONS[step["name"].partition(":")[0]]
        assert (step["request"]["method"].lower(), step["request"]["url"]["path"]) == (
            method,
            path[1:].split("/"),
        )
        assert any(
            "pm.test(" in line for event in step["event"] for line in event["script"]["exec"]
        )


@each_operation
def test_the_collections_saved_answers_are_the_documents(operation_id: str) -> None:
    saved = next(step["response"] for step in STEPS if step["name"].startswith(f"{operation_id}:"))
    shown = {
        status: next(iter(content["examples"].values()))["value"]
        for status, _, content in bodies(operation_id)
        if status != "request"
    }
    assert {str(r["code"]): json.loads(r["body"]) for r in saved if r.get("body")} == shown


@pytest.mark.skipif(
    not (settings.BASE_DIR / "node_modules").is_dir(),
    reason="needs `npm ci`; `make check` has it, and compares",
)
def test_the_collection_is_what_its_generator_makes() -> None:
    node = shutil.which("node")
    assert node
    command = [node, "schemas/postman/collection.mjs", "--check"]
    check = subprocess.run(
        command, cwd=settings.BASE_DIR, check=False, capture_output=True, text=True
    )
    assert check.returncode == 0, check.stderr
