"""The settings as operators read them, all made from Env.

They are .env.example, the table of docs/settings.md, and what compose.yml hands over.
"""

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from backend.env import Env

DECIDED_BY_COMPOSE = ("DEBUG", "DATABASE_URL", "HOST", "PORT")


def env_example() -> str:
    """Every line is a comment that shows a default: a plain copy of it as `.env` does nothing."""
    lines = ["# Copy to .env, take the # off a line, and change its value.", ""]
    for name, field in Env.model_fields.items():
        lines += [f"# {field.description}", f"#{name}={default_of(field)}", ""]
    return "\n".join(lines)


def settings_table() -> str:
    lines = ["| variable | default | what it is |", "| --- | --- | --- |"]
    for name, field in Env.model_fields.items():
        lines.append(f"| `{name}` | {shown(field)} | {field.description} |")
    return "\n".join(lines)


def compose_settings() -> str:
    """Each setting that compose.yml does not decide itself, as it is in the caller's environment.

    `${NAME-}` is empty where it is not set, and an empty setting is unset. An `env_file` that may
    be missing would need Docker Compose 2.24.
    """
    names = [name for name in Env.model_fields if name not in DECIDED_BY_COMPOSE]
    return "\n".join(f"      {name}: ${{{name}-}}" for name in names)


def shown(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = default_of(field)
    return f"`{default}`" if default else "unset"


def default_of(field: FieldInfo) -> str:
    """As it is written in the environment."""
    default = None if field.is_required() else field.default
    if default is None:
        return ""
    if isinstance(default, SecretStr):
        return default.get_secret_value()  # a default is no secret
    if isinstance(default, bool):
        return str(default).lower()
    if type(default) is tuple:
        return ",".join(default)
    return str(default)
