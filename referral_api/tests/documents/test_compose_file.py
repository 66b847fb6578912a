"""`docker compose up` needs no .env, and bears the example renamed to one."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from referral_api.tests.support.deployment_files import ROOT, SCHEMAS, dotenv, settings_of, typed


def service(name: str) -> Any:
    return typed("compose.yml")["services"][name]


def test_the_compose_file_is_valid() -> None:
    schema = json.loads((SCHEMAS / "compose-spec.json").read_text())
    Draft202012Validator(schema).validate(typed("compose.yml"))


def test_the_compose_file_fits_the_image_and_the_settings() -> None:
    api, db = service("api"), service("db")
    environment = {name: with_defaults(str(value)) for name, value in api["environment"].items()}
    env = settings_of(dotenv(".env.development") | environment)
    assert env.shows_codes
    assert (env.PORT, env.resolved_public_url) == (8000, "http://127.0.0.1:8000")
    assert with_defaults(api["ports"][0]) == "127.0.0.1:8000:8000"
    own = db["environment"]
    user, password, name = (own[f"POSTGRES_{part}"] for part in ("USER", "PASSWORD", "DB"))
    address = f"postgresql://{user}:{password}@db:5432/{name}"
    assert environment["DATABASE_URL"] == address
    assert api["depends_on"]["db"]["condition"] == "service_healthy"
    assert db["image"] == "postgres:18"
    assert db["volumes"] == ["postgres:/var/lib/postgresql"]


def test_the_compose_file_needs_no_env_and_bears_the_example() -> None:
    required = [entry for entry in service("api")["env_file"] if isinstance(entry, str)]
    assert all((ROOT / name).exists() for name in required)
    assert {"path": ".env", "required": False} in service("api")["env_file"]
    assert dotenv(".env.example") == {}


def with_defaults(text: str) -> str:
    """`${NAME:-default}` where nothing is set, also one in the other."""
    while "${" in text:
        text = re.sub(r"\$\{\w+:-([^{}]*)\}", r"\1", text)
    return text


@pytest.mark.parametrize("watched", ["backend", "referral_api", "schemas", "poetry.lock"])
def test_compose_watches_what_the_image_copies(watched: str) -> None:
    api = service("api")
    assert {"path": watched, "action": "rebuild"} in api["develop"][
        "watch"
    ]  # its tree is read-only: nothing to sync
    assert api["read_only"]
    assert api["tmpfs"] == ["/tmp"]
