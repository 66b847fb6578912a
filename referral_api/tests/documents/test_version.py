import re
import tomllib
from pathlib import Path

from backend import __version__
from backend.api import api

ROOT = Path(__file__).resolve().parents[3]


def test_one_version_is_named_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert {project, newest.group(1), api.get_openapi_schema()["info"]["version"]} == {__version__}
