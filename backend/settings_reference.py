"""The settings as operators read them: .env.example and the README's table, both made from Env."""

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from backend.env import Env

START, END = "<!-- settings -->", "<!-- /settings -->"


def env_example() -> str:
    """Copied unchanged to `.env`, it changes nothing: every line is a comment that shows the default."""
    lines = ["# Copy to .env, take the # off a line, and change its value.", ""]
    for name, field in Env.model_fields.items():
        lines += [f"# {field.description}", f"#{name}={default_of(field)}", ""]
    return "\n".join(lines)


def readme_table() -> str:
    rows = [
        f"| `{name}` | {shown(field)} | {field.description} |"
        for name, field in Env.model_fields.items()
    ]
    return "\n".join(["| variable | default | what it is |", "| --- | --- | --- |", *rows])


def replace_table(readme: str, table: str) -> str:
    before, rest = readme.split(START)
    return f"{before}{START}\n{table}\n{END}{rest.split(END)[1]}"


def shown(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return f"`{default}`" if (default := default_of(field)) else "unset"


def default_of(field: FieldInfo) -> str:
    """As it is written in the environment."""
    default = None if field.is_required() else field.default
    if default is None or isinstance(default, SecretStr):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if type(default) is tuple else str(default)
