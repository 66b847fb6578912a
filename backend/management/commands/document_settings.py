from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from backend.settings_reference import env_example, readme_table, replace_table


class Command(BaseCommand):
    help = "Writes .env.example and the settings table of README.md from the typed environment."

    def handle(self, *args: Any, **options: Any) -> None:
        Path(".env.example").write_text(env_example())
        readme = Path("README.md")
        readme.write_text(replace_table(readme.read_text(), readme_table()))
