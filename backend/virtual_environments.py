"""Whether a virtual environment can be used. Doctor and install.py ask; it needs only Python."""

from __future__ import annotations

import subprocess
from pathlib import Path

OLDEST_PYTHON = (3, 11)
# Isolated (-I), so that no package of PYTHONPATH answers.
QUESTION = """
import importlib.util, sys
print("pip" if importlib.util.find_spec("pip") else "no pip", *sys.version_info[:2])
"""


def mark_of_unfinished(folder: Path) -> Path:
    """Beside the folder, as long as somebody installs into it. It stays if they are stopped."""
    return folder.with_name(f"{folder.name}.unfinished")


def fault_of(folder: Path) -> str | None:
    """Why it must be made anew, as the end of a sentence; None where it works."""
    if mark_of_unfinished(folder).exists():
        return "was not finished"
    # A link to a Python that was removed does not start either.
    question = [str(folder / "bin/python"), "-I", "-c", QUESTION]
    try:
        asked = subprocess.run(question, capture_output=True, text=True, check=True)  # noqa: S603 -- our own
    except (OSError, subprocess.CalledProcessError):
        return "has no Python that starts"
    answer = asked.stdout.strip()
    if answer.startswith("no pip"):
        return "has no pip"
    major, minor = answer.removeprefix("pip").split()
    if (int(major), int(minor)) < OLDEST_PYTHON:
        return f"has Python {major}.{minor}, which is too old"
    return None


def has_moved(folder: Path) -> bool:
    """Whether its programs name the Python of another place. `make` works all the same."""
    program = folder / "bin/pip"
    if not program.exists():
        return False
    head = program.read_text(encoding="utf-8", errors="replace")[:500]
    here = (folder / "bin").resolve()
    as_written = (folder / "bin").absolute()
    return str(here) not in head and str(as_written) not in head
