"""What the README says is so: its lines are run, its tables compared, its names looked up."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from pytest_django.live_server_helper import LiveServer

from backend.api_reference import operations_table
from backend.management.commands.write_reference import table_of
from backend.openapi import table_of_refusals
from referral_api.errors import Unauthenticated
from referral_api.problems import problems
from referral_api.tests.support.clock import NOON, stopped_clock
from referral_api.tests.support.contract import Operation, operations, refusals

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
RUSSIAN = (ROOT / "README.ru.md").read_text()
DOCUMENTS = [
    "README.md",
    "README.ru.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "docs/deployment.md",
    "docs/testing.md",
]
LOCAL = "http://127.0.0.1:8000/api/v1"
RANDOM = {
    "<uuid>": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "<jwt>": r"eyJhbGciOi\S+",
    "<code>": r"\d{4}",
    "<invite code>": r"[2-9A-HJ-NP-Z]{6}",
    "<invite link>": r"http://127.0.0.1:8000/i/[2-9A-HJ-NP-Z]{6}",
    "<time>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "<token>": r"[\w-]{43}",
    "<device token>": r"[0-9a-f]{20}(…|[0-9a-f]{12}:\w+:[\w-]{43})",
}


def section(title: str, text: str = README) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def without_randomness(answer: Any) -> Any:
    """The kind in the place of each random value."""
    if isinstance(answer, dict):
        return {name: without_randomness(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [without_randomness(value) for value in answer]
    if isinstance(answer, str):
        return next(
            (kind for kind, pattern in RANDOM.items() if re.fullmatch(pattern, answer)), answer
        )
    return answer


@pytest.mark.parametrize("shell", [name for name in ("bash", "dash", "zsh") if shutil.which(name)])
@pytest.mark.django_db(transaction=True)
def test_the_flow_answers_as_printed(shell: str, live_server: LiveServer) -> None:
    flow = section("The flow")
    script = "printf '\\0'\n".join(blocks("sh", flow)).replace(LOCAL, f"{live_server.url}/api/v1")
    # The clock of the server stands still, so that no second passes between the answers.
    with stopped_clock(NOON.replace(microsecond=123_456)):
        ran = subprocess.run(
            [shell, "-eu", "-c", script], capture_output=True, text=True, timeout=60, check=True
        )
    silent, *answers = ran.stdout.split("\0")
    printed = [without_randomness(json.loads(block)) for block in blocks("json", flow)]
    assert silent == ""
    assert [without_randomness(json.loads(answer)) for answer in answers] == printed


def codes_of_every_operation() -> set[str]:
    """Refusals that the table leaves out, for they meet everybody."""
    found = set()
    for declared in problems(Unauthenticated).values():
        for body in declared.__metadata__[0].examples:
            found.add(body["code"])
    return found


def row_of(operation: Operation) -> list[str]:
    schemes = {"AccessTokenAuth": "Bearer", "ApiTokenAuth": "Token"}
    who = ", ".join(schemes[name] for name in operation.schemes)
    own = [code for code in operation.problems if code not in codes_of_every_operation()]
    return [
        f"`{operation.method.upper()} {operation.path}`",
        operation.declared["summary"],
        who or "anybody",
        operation.successes[0],
        ", ".join(f"`{code}`" for code in own) or "–",
    ]


def test_the_table_of_the_api_is_the_document() -> None:
    assert rows("The API") == [row_of(operation) for operation in operations().values()]


def test_the_table_of_the_errors_is_the_tree_of_refusals() -> None:
    assert rows("Errors") == [
        [f"`{refusal.code}`", str(refusal.status), str(refusal.title)] for refusal in refusals()
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / name).read_text())
    assert links
    folder = (ROOT / name).parent
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    targets = set(re.findall(r"(?:^|`)(?:\w+=\S+ )*make ([a-z]+)", text, re.MULTILINE))
    commands = set(re.findall(r'(?:manage\.py |make manage ARGS=")([a-z_]+)', text))
    assert targets
    assert (
        targets - set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        == set()
    )
    assert commands - set(get_commands()) == set()


def test_the_russian_commands_are_the_english_ones() -> None:
    def lines(text: str) -> set[str]:
        code = "\n".join(blocks("sh", text)).splitlines()
        return {line.partition("  #")[0].rstrip() for line in code}

    assert lines(RUSSIAN) - lines(README) == set()
    assert (
        blocks("json", RUSSIAN)
        == blocks("json", section("The flow"))[: len(blocks("json", RUSSIAN))]
    )


def test_the_two_tables_of_the_api_are_what_make_generate_writes() -> None:
    assert table_of(README, "operations") == operations_table()
    assert table_of(README, "refusals") == table_of_refusals()
