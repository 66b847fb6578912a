"""Every relative link of the Markdown files leads to a file, and every #anchor to a heading."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NOT_OURS = {"node_modules", "build"}
CODE = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def markdown_files() -> Iterator[Path]:
    for folder, subfolders, names in os.walk(ROOT):
        ours = [name for name in subfolders if name not in NOT_OURS and name[0] != "."]
        subfolders[:] = ours
        yield from (Path(folder, name) for name in names if name.endswith(".md"))


FILES = sorted(markdown_files())


def prose(file: Path) -> str:
    return CODE.sub("", file.read_text())


def anchors(file: Path) -> set[str]:
    """As GitHub makes them: lower case, no punctuation, a number after a repeated heading."""
    found: set[str] = set()
    for heading in HEADING.findall(prose(file)):
        shown = re.sub(r"\]\([^)]*\)", "]", heading)
        anchor = re.sub(r"[^\w\- ]", "", shown.strip().lower()).replace(" ", "-")
        repeated = 0
        numbered = anchor
        while numbered in found:
            repeated += 1
            numbered = f"{anchor}-{repeated}"
        found.add(numbered)
    return found


def leads_somewhere(file: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (file.parent / path).resolve() if path else file
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or anchor in anchors(target)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(file: Path) -> None:
    links = LINK.findall(prose(file))
    relative = [link for link in links if not re.match(r"https?://|mailto:", link)]
    dead = [link for link in relative if not leads_somewhere(file, link)]
    assert dead == []


def test_the_documents_are_among_the_files() -> None:
    names = {str(file.relative_to(ROOT)) for file in FILES}
    assert names >= {"README.md", "CONTRIBUTING.md", "docs/scaling.md", "benchmarks/README.md"}
