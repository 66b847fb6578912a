"""The settings as operators read them: .env.example and the README's table, both made from Env."""

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from backend.env import Env


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


def shown(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = default_of(field)
    return f"`{default}`" if default else "unset"


def default_of(field: FieldInfo) -> str:
    """As it is written in the environment."""
    default = None if field.is_required() else field.default
    if default is None or isinstance(default, SecretStr):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if type(default) is tuple:
        return ",".join(default)
    return str(default)
