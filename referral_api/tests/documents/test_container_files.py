"""The image: what it holds, how it starts. No engine here: the steps are read, or run."""

import json
import re
import subprocess
import sys

import pytest
from django.core.management import get_commands

from backend.env import Env
from referral_api.tests.support import servers
from referral_api.tests.support.deployment_files import DOCKERFILE, ROOT


def instructions(name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.+)$", DOCKERFILE, re.MULTILINE)


def copied() -> set[str]:
    """What the image takes from the checkout."""
    sources = set()
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            sources |= set(line.split()[:-1])
    return sources


def test_the_image_starts_as_the_command_that_exists_and_not_as_root() -> None:
    last = instructions("CMD")[-1]
    assert json.loads(last)[1:] == ["manage.py", "serve"]
    assert "serve" in get_commands()
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", instructions("USER")[-1])
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert instructions("EXPOSE") == [str(Env.model_fields["PORT"].default)]


def test_nothing_passes_the_dockerignore_but_what_the_image_copies() -> None:
    first, *rules = (ROOT / ".dockerignore").read_text().splitlines()
    let_through = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert first == "**"  # at first nothing passes
    assert let_through == copied()
    for source in let_through:
        assert (ROOT / source).exists()


def test_tests_and_leftovers_are_kept_out() -> None:
    """The last rule that matches decides: these come after those that let folders through."""
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    last_let_through = max(rules.index(rule) for rule in rules if rule.startswith("!"))
    assert {"**/tests", "**/__pycache__"} <= set(rules[last_let_through:])


@pytest.mark.parametrize("secret", [".env", ".git", ".postgres", ".venv"])
def test_what_the_image_must_not_hold_is_in_no_folder_that_it_copies(secret: str) -> None:
    assert secret not in copied()
    assert not [source for source in copied() if (ROOT / source / secret).exists()]


@pytest.mark.parametrize("tool", ["poetry", "audit"])
def test_a_tool_and_all_that_it_needs_is_pinned_to_the_hash(tool: str) -> None:
    pinned = (ROOT / f".ci/{tool}.txt").read_text()
    pins = re.split(r"^(?=[a-z])", pinned, flags=re.MULTILINE)[1:]
    assert len(pins) > 20
    for pin in pins:
        assert re.match(r"[a-z0-9-]+==\S+", pin)
        assert "--hash=sha256:" in pin


@pytest.mark.parametrize("tool", ["poetry", "audit"])
def test_the_pins_of_a_tool_are_those_that_were_asked_for(tool: str) -> None:
    pinned = (ROOT / f".ci/{tool}.txt").read_text()
    asked = (ROOT / f".ci/{tool}.in").read_text().split()
    assert asked
    for pin in asked:
        assert f"\n{pin} \\\n" in pinned, "compile it again: its first lines say how"


# How each of them says the same step.
STEPS = [
    ("--require-hashes -r poetry.txt", 'install_hashed(folder, ["-r", str(pins)])'),
    ("-m poetry export --only main", '"-m", "poetry", "export"'),
    ("--require-hashes --no-deps -r", 'install_hashed(PACKAGES, ["--no-deps", "-r"'),
]


@pytest.mark.parametrize(("in_dockerfile", "in_install"), STEPS)
def test_the_image_installs_as_make_does(in_dockerfile: str, in_install: str) -> None:
    program = (ROOT / "backend/install.py").read_text()
    assert in_dockerfile in DOCKERFILE
    assert in_install in program
    assert '"--require-hashes", *options' in program


@pytest.mark.django_db(transaction=True)
def test_the_health_check_of_the_image_follows_the_server() -> None:
    (command,) = re.findall(r"^HEALTHCHECK .*? CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    program = json.loads(command)

    def is_healthy(port: int) -> bool:
        command = [sys.executable, *program[1:]]
        checked = subprocess.run(
            command, cwd=ROOT, env={"PORT": str(port)}, stderr=subprocess.DEVNULL, check=False
        )
        return checked.returncode == 0

    with servers.live_server(servers.database_url()) as server:
        assert is_healthy(server.port)
    assert not is_healthy(server.port)
