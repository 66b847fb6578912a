from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from backend.api_reference import operations_table
from backend.kept_data_reference import kept_table, of_nobody_table
from backend.openapi import table_of_refusals
from backend.settings_reference import compose_settings, env_example, settings_table


class Command(BaseCommand):
    help = (
        "Writes .env.example, the settings of compose.yml, and the tables of README.md, "
        "docs/settings.md and docs/personal-data.md from the code."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        Path(".env.example").write_text(env_example(), encoding="utf-8")
        write_table(Path("README.md"), "operations", operations_table())
        write_table(Path("README.md"), "refusals", table_of_refusals())
        write_table(Path("docs/settings.md"), "settings", settings_table())
        write_table(Path("docs/personal-data.md"), "kept", kept_table())
        write_table(Path("docs/personal-data.md"), "of-nobody", of_nobody_table())
        compose = Path("compose.yml")
        text = compose.read_text(encoding="utf-8")
        compose.write_text(with_settings(text), encoding="utf-8")


def with_settings(compose: str) -> str:
    """The compose file with the settings of today between its two comments."""
    start, end = "      # <settings>\n", "\n      # </settings>\n"
    before, rest = compose.split(start)
    _old, after = rest.split(end)
    return before + start + compose_settings() + end + after


def write_table(page: Path, name: str, table: str) -> None:
    text = page.read_text(encoding="utf-8")
    text = text.replace(table_of(text, name), table)
    page.write_text(text, encoding="utf-8")


def table_of(page: str, name: str) -> str:
    """What stands between the two comments that name the table."""
    start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    _before, rest = page.split(start)
    table, _after = rest.split(end)
    return table
