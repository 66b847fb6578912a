"""schemas/openapi.json and schemas/postman_collection.json, as a client developer finds them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from referral_api.tests.support.contract import BASE, ContractClient, Operation, operations
from referral_api.tests.support.people import Person

SCHEMAS: Path = settings.BASE_DIR / "schemas"
POSTMAN: dict[str, Any] = json.loads(
    (SCHEMAS / "postman_collection.json").read_text(encoding="utf-8")
)
STEPS: list[dict[str, Any]] = [step for folder in POSTMAN["item"] for step in folder["item"]]
WITH_TOKEN = [name for name, operation in operations().items() if operation.schemes]


def refused_input(operation: Operation) -> dict[str, Any]:
    """A body without its fields, or a number that is one too large, or what is not known.

    Nothing where the path has an id: it stands there as `{…_id}`, which is none.
    """
    for parameter in operation.declared.get("parameters", []):
        if parameter["in"] == "path":
            return {}
        most = parameter["schema"].get("maximum")
        if most is not None:
            return {parameter["name"]: most + 1}
    return {} if "requestBody" in operation.declared else {"page": 2}


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


@pytest.mark.parametrize("name", operations())
def test_a_refusal_is_answered_as_the_document_shows_it(name: str, alice: Person) -> None:
    operation = operations()[name]
    sent = refused_input(operation)
    path = operation.path
    if sent and operation.method != "get":
        path, sent = f"{path}?{urlencode(sent)}", {}
    answer = alice.client.call(operation.method, path, sent)
    assert answer.json() == operation.problems["invalid_request"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", WITH_TOKEN)
def test_without_a_token_the_shown_401_is_answered(name: str, api: ContractClient) -> None:
    operation = operations()[name]
    answer = api.call(operation.method, operation.path)
    assert answer.json() == operation.problems["unauthenticated"]


def test_a_foreign_code_and_an_own_one_are_refused_as_shown(alice: Person) -> None:
    shown = operations()["activate_invite"].problems
    assert alice.activate("ZZZZZ9").json() == shown["invite_unknown"]
    assert alice.activate(alice.invite_code).json() == shown["invite_own"]


def operation_of(step: dict[str, Any]) -> Operation:
    """A step is named after the operation that it calls: `log_in: with the code`."""
    return operations()[step["name"].partition(":")[0]]


def test_the_collection_calls_every_operation() -> None:
    called = {operation_of(step).id for step in STEPS}
    missing = set(operations()) - called
    assert missing == set(), f"add steps for {missing} to schemas/postman/steps.mjs"


def test_every_step_of_the_collection_calls_its_operation_and_checks_the_answer() -> None:
    for step in STEPS:
        operation, request = operation_of(step), step["request"]
        assert request["method"].lower() == operation.method
        path = re.sub(r"\{(\w+)\}", r":\1", BASE + operation.path)
        assert "/" + "/".join(request["url"]["path"]) == path
        lines = [line for event in step["event"] for line in event["script"]["exec"]]
        assert any("pm.test(" in line for line in lines)


@pytest.mark.parametrize("name", operations())
def test_the_saved_answers_of_the_collection_are_those_of_the_document(name: str) -> None:
    steps = [step for step in STEPS if operation_of(step).id == name]
    assert steps, f"add a step for {name} to .ci/postman/steps.mjs"
    saved = {}
    for answer in steps[0]["response"]:
        if answer.get("body"):
            saved[str(answer["code"])] = json.loads(answer["body"])
    shown = {}
    for body in operations()[name].bodies:
        if body.of != "request":
            first = next(iter(body.examples.values()))
            shown[body.of] = first["value"]
    assert saved == shown


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
