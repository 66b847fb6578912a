"""`docker compose up` needs no .env, accepts the example renamed to one, and obeys DEBUG=false."""

import json
import re
import secrets
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from backend.env import Env
from referral_api.tests.support.deployment_files import ROOT, SCHEMAS, dotenv, settings_of, typed

KEY = secrets.token_hex(32)


def service(name: str) -> Any:
    return typed("compose.yml")["services"][name]


def given_to_the_container(**environment: str) -> dict[str, str]:
    """As Compose fills in `${NAME-default}` and `${NAME:-default}`."""

    def value_of(variable: re.Match[str]) -> str:
        name, colon, default = variable.groups()
        value = environment.get(name)
        if value is None or (colon and not value):
            return default
        return value

    given = {}
    for name, written in service("api")["environment"].items():
        assert isinstance(written, str), f"quote {name}: podman-compose takes only text"
        given[name] = re.sub(r"\$\{(\w+)(:?)-([^{}]*)\}", value_of, written)
    return given


def test_the_compose_file_is_valid() -> None:
    schema = json.loads((SCHEMAS / "compose-spec.json").read_text())
    Draft202012Validator(schema).validate(typed("compose.yml"))


def test_the_compose_file_fits_the_image_and_the_settings() -> None:
    api, db = service("api"), service("db")
    environment = given_to_the_container()
    env = settings_of(environment)
    assert env.shows_codes
    assert (env.PORT, env.resolved_public_url) == (8000, "http://127.0.0.1:8000")
    assert api["ports"] == ["127.0.0.1:${PORT:-8000}:${PORT:-8000}"]
    own = db["environment"]
    user, password, name = (own[f"POSTGRES_{part}"] for part in ("USER", "PASSWORD", "DB"))
    address = f"postgresql://{user}:{password}@db:5432/{name}"
    assert environment["DATABASE_URL"] == address
    assert api["depends_on"]["db"]["condition"] == "service_healthy"
    assert db["image"] == "postgres:18"
    assert db["volumes"] == ["postgres:/var/lib/postgresql"]


def test_the_compose_file_needs_no_env_and_accepts_the_example() -> None:
    assert "env_file" not in service("api")  # it would have to be there
    assert dotenv(".env.example") == {}


def test_every_setting_of_the_environment_reaches_the_container() -> None:
    assert set(service("api")["environment"]) == set(Env.model_fields), "run `make generate`"
    given = given_to_the_container(OTP_LENGTH="6", LIMIT_SMS_PER_IP="7/60", SECRET_KEY=KEY)
    env = settings_of(given)
    assert env.DEBUG
    assert env.OTP_LENGTH == 6
    assert env.LIMIT_SMS_PER_IP.burst == 7
    assert env.SECRET_KEY.get_secret_value() == KEY


def test_another_port_is_that_of_the_links_too() -> None:
    env = settings_of(given_to_the_container(PORT="9000"))
    assert (env.PORT, env.resolved_public_url) == (9000, "http://127.0.0.1:9000")


def test_no_variable_is_inside_another_for_older_versions_leave_that_one_as_it_is() -> None:
    text = (ROOT / "compose.yml").read_text()
    assert re.findall(r"\$\{[^}]*\$", text) == []


def test_with_debug_off_the_container_does_not_start_without_a_key() -> None:
    given = given_to_the_container(DEBUG="false", SMS_SHOW_CODE="true")
    with pytest.raises(ValidationError, match="SECRET_KEY"):
        settings_of(given)


def test_with_debug_off_the_container_has_the_limits_of_the_table() -> None:
    given = given_to_the_container(DEBUG="false", SMS_SHOW_CODE="true", SECRET_KEY=KEY)
    env = settings_of(given)
    for name, field in Env.model_fields.items():
        if name.startswith("LIMIT_"):
            assert getattr(env, name) == field.default


@pytest.mark.parametrize("watched", ["backend", "referral_api", "schemas", "poetry.lock"])
def test_compose_watches_what_the_image_copies(watched: str) -> None:
    api = service("api")
    assert {"path": watched, "action": "rebuild"} in api["develop"][
        "watch"
    ]  # its tree is read-only: nothing to sync
    assert api["read_only"]
    assert api["tmpfs"] == ["/tmp"]
