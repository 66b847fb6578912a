"""The files that hosts read, and the settings as they would start them."""

import os
import re
from pathlib import Path
from typing import Any

import yaml

from backend.env import Env

ROOT = Path(__file__).parents[3]
SCHEMAS = ROOT / ".ci/schemas"
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def typed(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def fenced(language: str, *, containing: str) -> str:
    """The one block of code in the documents that has this text, wherever it is."""
    found = []
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        blocks = re.findall(
            rf"^```{language}\n(.*?)^```$", document.read_text(), re.DOTALL | re.MULTILINE
        )
        found += [block for block in blocks if containing in block]
    assert len(found) == 1, f"{len(found)} blocks of {language} in the documents have {containing}"
    return str(found[0])


def settings_of(environment: dict[str, str]) -> Env:
    """What a host would start with; raises where a setting is unsafe or unknown."""
    assert set(environment) - set(Env.model_fields) == set()
    saved = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        return Env()
    finally:
        os.environ.clear()
        os.environ.update(saved)


def dotenv(name: str) -> dict[str, str]:
    """The variables of a file of settings, which has one on each line and no quotes."""
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        if line and not line.startswith("#"):
            variable, _equals, value = line.partition("=")
            found[variable] = value
    return found
