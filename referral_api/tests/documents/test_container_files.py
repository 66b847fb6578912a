"""The image: what it holds, how it starts. (No engine here: the steps are read, and the cheap ones run.)"""

import fnmatch
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from backend.env import Env
from referral_api.tests.support import servers
from referral_api.tests.support.deployment_files import DOCKERFILE, ROOT


def instructions(name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.+)$", DOCKERFILE, re.MULTILINE)


def is_let_through(path: str) -> bool:
    """As Docker reads .dockerignore: the last line that matches the path or a folder above it decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        parts = [path, *map(str, Path(path).parents)]
        if any(
            fnmatch.fnmatch(part, pattern) or fnmatch.fnmatch(Path(part).name, pattern)
            for part in parts
        ):
            ignored = not line.startswith("!")
    return not ignored


def test_the_image_starts_as_the_command_that_exists_and_not_as_root() -> None:
    last = instructions("CMD")[-1]
    assert json.loads(last)[1:] == ["manage.py", "serve"]
    assert "serve" in get_commands()
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", instructions("USER")[-1])
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert instructions("EXPOSE") == [str(Env.model_fields["PORT"].default)]


def test_everything_that_the_image_copies_passes_the_dockerignore() -> None:
    own = [line for line in instructions("COPY") if not line.startswith("--from")]
    sources = [source for line in own for source in line.split()[:-1]]
    assert "backend" in sources
    for source in sources:
        assert (ROOT / source).exists()
        assert is_let_through(source)


@pytest.mark.parametrize(
    "secret", [".env", ".git/config", ".postgres/data", "referral_api/tests/conftest.py", ".venv/x"]
)
def test_what_the_image_must_not_hold_is_kept_out(secret: str) -> None:
    assert not is_let_through(secret)


def test_the_image_installs_as_the_makefile_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for step in ("-r poetry.txt", "export --only main", "--require-hashes --no-deps -r"):
        assert step in DOCKERFILE
        assert (
            step.replace("-r poetry.txt", "-r .ci/poetry.txt").replace(
                "--only main", "--quiet --only"
            )
            in makefile
        )


@pytest.mark.django_db(transaction=True)
def test_the_health_check_of_the_image_follows_the_server() -> None:
    program = json.loads(re.search(r"HEALTHCHECK .*? CMD (\[.*\])", DOCKERFILE)[1])  # type: ignore[index]

    def healthy(port: str) -> bool:
        command = [sys.executable, *program[1:]]
        return (
            subprocess.run(
                command, env={"PORT": port}, stderr=subprocess.DEVNULL, check=False
            ).returncode
            == 0
        )

    with servers.live_server(servers.database_url()) as server:
        port = server.url.rpartition(":")[2]
        assert healthy(port)
    assert not healthy(port)
