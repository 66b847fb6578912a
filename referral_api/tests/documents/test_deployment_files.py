"""Every command, path, port and setting in a file that a host reads exists and starts."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from referral_api.tests.support import servers
from referral_api.tests.support.deployment_files import (
    DOCKERFILE,
    ROOT,
    SCHEMAS,
    fenced,
    settings_of,
    typed,
)

KEY = os.environ["SECRET_KEY"]  # of these tests alone
OF_THE_HOST = {
    "SECRET_KEY": KEY,
    "SMS_SHOW_CODE": "true",
    "PUBLIC_URL": "https://name.example",
    "PORT": "5000",
}
WSGI_CALLER = """
from wsgiref.util import setup_testing_defaults

for path in ("/", "/livez", "/readyz", "/api/v1/profile"):
    environ = {"PATH_INFO": path, "HTTP_HOST": "NAME.pythonanywhere.com"}
    environ["HTTP_X_FORWARDED_PROTO"] = "https"
    setup_testing_defaults(environ)
    list(application(environ, lambda status, headers: print(path, status)))
"""


WORKFLOWS = sorted(path.name for path in (ROOT / ".github/workflows").iterdir())
# Where Dependabot looks for what, and the file that it must find there.
UPDATED = {
    ("github-actions", "/"): ".github/workflows/check.yml",
    ("docker", "/"): "Dockerfile",
    ("docker-compose", "/"): "compose.yml",
    ("pip", "/"): "poetry.lock",
    ("pip", "/.ci"): ".ci/poetry.in",
    ("npm", "/"): "package-lock.json",
}


def test_dependabot_updates_all_that_is_pinned() -> None:
    updates = typed(".github/dependabot.yml")["updates"]
    places = {(update["package-ecosystem"], update["directory"]) for update in updates}
    assert places == set(UPDATED)
    assert len(updates) == len(UPDATED)
    for update in updates:
        assert update["schedule"] == {"interval": "weekly"}
    for name in UPDATED.values():
        assert (ROOT / name).exists()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_valid_and_runs_what_exists(name: str) -> None:
    workflow = typed(f".github/workflows/{name}")
    Draft7Validator(json.loads((SCHEMAS / "github-workflows.json").read_text())).validate(workflow)
    runs = [
        step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step
    ]
    assert {"check.yml": "make check", "audit.yml": "make audit"}[name] in runs
    assert all(
        (ROOT / word).exists() for run in runs for word in run.split() if word.startswith(".ci/")
    )


def test_heroku_starts_the_server_with_what_it_is_given() -> None:
    app = json.loads((ROOT / "app.json").read_text())
    given = {name: entry["value"] for name, entry in app["env"].items() if "value" in entry}
    asked = {name for name, entry in app["env"].items() if "value" not in entry}
    assert asked == {"SECRET_KEY", "PUBLIC_URL", "SMS_SHOW_CODE"}
    process, command = (ROOT / "Procfile").read_text().strip().split(": ")
    variables = dict(word.split("=") for word in shlex.split(command) if "=" in word)
    env = settings_of(
        {**OF_THE_HOST, **given, **variables, "DATABASE_URL": "postgres://u:p@h:5432/d"}
    )
    assert process in app["formation"]
    assert shlex.split(command)[len(variables) :] == ["python", "manage.py", "serve"]
    assert (env.HOST, env.PORT, env.TRUSTED_PROXIES, env.ALLOWED_HOSTS) == (
        "0.0.0.0",
        5000,
        1,
        (".herokuapp.com",),
    )
    assert app["buildpacks"] == [
        {"url": "heroku/python"}
    ]  # package.json would make it a Node.js app


def test_render_starts_the_image_with_what_it_is_given() -> None:
    blueprint = typed("render.yaml")
    (service,), (database,) = blueprint["services"], blueprint["databases"]
    entries = {entry["key"]: entry for entry in service["envVars"]}
    given = {name: entry["value"] for name, entry in entries.items() if "value" in entry}
    env = settings_of({**OF_THE_HOST, **given, "DATABASE_URL": "postgresql://u:p@h/d"})
    assert set(entries) - set(given) == {
        "DATABASE_URL",
        "SECRET_KEY",
        "PUBLIC_URL",
        "SMS_SHOW_CODE",
    }
    assert entries["DATABASE_URL"]["fromDatabase"]["name"] == database["name"]
    assert entries["PUBLIC_URL"]["fromService"]["name"] == service["name"]
    assert (ROOT / service["dockerfilePath"]).samefile(ROOT / "Dockerfile")
    assert (env.TRUSTED_PROXIES, env.ALLOWED_HOSTS) == (2, (".onrender.com",))
    assert "HOST=0.0.0.0" in DOCKERFILE
    assert service["healthCheckPath"] == "/livez"


@pytest.mark.django_db(transaction=True)
def test_the_wsgi_file_of_the_documents_serves_the_page_and_the_api(tmp_path: Path) -> None:
    console = fenced("sh", containing="pythonanywhere.com")
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", console, re.MULTILINE))
    given |= {"SECRET_KEY": KEY, "DATABASE_URL": servers.database_url()}
    (tmp_path / ".env").write_text("".join(f"{name}={given[name]}\n" for name in given))
    program = fenced("python", containing="from backend.wsgi import application")
    program = program.replace("/home/NAME/referral-api/.env", str(tmp_path / ".env"))
    program = program.replace("/home/NAME/referral-api", str(ROOT))
    (tmp_path / "program.py").write_text(program + WSGI_CALLER)
    environment = {"PATH": os.environ["PATH"]}
    ran = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split("\n")[:4] == [
        "/ 200 OK",
        "/livez 200 OK",
        "/readyz 200 OK",
        "/api/v1/profile 401 Unauthorized",
    ]
