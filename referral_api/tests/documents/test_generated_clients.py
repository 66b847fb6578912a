"""A client generated from the committed document talks to a real server."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.tests.support.contract import operations
from referral_api.tests.support.people import ALICE

PACKAGE = "referral_api_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package can be imported; a warning of the generator is a failure."""
    folder = tmp_path_factory.mktemp("client")
    tools = Path(sys.executable).parent  # the generator formats with ruff, if it is on the PATH
    command = [
        str(tools / "openapi-python-client"),
        "generate",
        "--fail-on-warning",
        "--meta",
        "none",
    ]
    where = [
        "--path",
        str(settings.BASE_DIR / "schemas/openapi.json"),
        "--output-path",
        str(folder / PACKAGE),
    ]
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    made = subprocess.run(
        [*command, *where], env=environment, check=False, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield folder / PACKAGE
    sys.path.remove(str(folder))


def part(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def call(tag: str, operation_id: str, client: Any, **arguments: Any) -> Any:
    """What the client made of the answer, parsed into the model that the document declares."""
    with client:
        return part(f"api.{tag}.{operation_id}").sync(client=client, **arguments)


@pytest.mark.django_db(transaction=True)
def test_the_generated_client_logs_in_and_reads_a_profile(
    generated: Path, live_server: LiveServer, sent: SmsOutbox
) -> None:
    models, client = part("models"), part("client")
    requested = call(
        "login",
        "request_code",
        client.Client(live_server.url),
        body=models.CodeRequestIn(phone="8 (916) 123-45-01"),
    )
    login = models.LoginIn(phone=ALICE, code=sent.last_code(ALICE), request_id=requested.request_id)
    session = call("login", "log_in", client.Client(live_server.url), body=login)
    profile = call(
        "profile", "read_profile", client.AuthenticatedClient(live_server.url, session.access)
    )
    assert isinstance(profile, models.ProfileOut)
    assert (profile.phone, profile.activated_at, profile.invited_users.items) == (ALICE, None, [])


@pytest.mark.django_db(transaction=True)
def test_the_generated_client_reads_a_refusal(generated: Path, live_server: LiveServer) -> None:
    models, client = part("models"), part("client")
    problem = call(
        "profile", "read_profile", client.AuthenticatedClient(live_server.url, "no token")
    )
    assert isinstance(problem, models.Problem)
    assert (problem.code, problem.status) == ("unauthenticated", 401)


def test_every_operation_was_generated(generated: Path) -> None:
    names = {path.stem for path in (generated / "api").glob("*/*.py")} - {"__init__"}
    assert names == set(operations())
