from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from backend.api import api
from backend.openapi import exported


class Command(BaseCommand):
    help = "Writes the API's OpenAPI document, the same on every machine."

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.BASE_DIR / "schemas/openapi.json"
        parser.add_argument(
            "path", nargs="?", type=Path, default=default, help="schemas/openapi.json by default"
        )

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        path.write_text(exported(api.get_openapi_schema()), encoding="utf-8")
        self.stdout.write(f"Wrote {path}")
