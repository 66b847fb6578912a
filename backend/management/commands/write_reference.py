from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from backend.api_reference import operations_table
from backend.openapi import table_of_refusals
from backend.settings_reference import env_example, settings_table


class Command(BaseCommand):
    help = "Writes .env.example and the tables of README.md from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        Path(".env.example").write_text(env_example(), encoding="utf-8")
        readme = Path("README.md")
        text = readme.read_text(encoding="utf-8")
        text = replace_table(text, "operations", operations_table())
        text = replace_table(text, "refusals", table_of_refusals())
        text = replace_table(text, "settings", settings_table())
        readme.write_text(text, encoding="utf-8")


def table_of(readme: str, name: str) -> str:
    """What stands between the two comments that name the table."""
    start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    _before, rest = readme.split(start)
    table, _after = rest.split(end)
    return table


def replace_table(readme: str, name: str, table: str) -> str:
    return readme.replace(table_of(readme, name), table)
