"""What the figures depend on, as text: they mean little without."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.data import Population
from benchmarks.servers import can_pin

OURS = ("django", "django-ninja", "uvicorn", "psycopg2-binary")
THEIRS = ("fastapi", "asyncpg", "djangorestframework", "djangorestframework-simplejwt", "gunicorn")


def describe(populations: Sequence[Population]) -> list[str]:
    """Of the machine, the programs, the packages and the pinning, a line each."""
    users = " and ".join(f"{population.users:,}" for population in populations)
    postgres = populations[0].database.value("SHOW server_version").partition(" ")[0]
    return [
        f"{datetime.now(UTC):%Y-%m-%d} · {_processor()} · {os.cpu_count()} cores · {_system()}",
        f"Python {platform.python_version()} · PostgreSQL {postgres} · {_wrk()} · {users} users",
        *(
            " · ".join(f"{name} {version(name)}" for name in packages)
            for packages in (OURS, THEIRS)
        ),
        _pinning(),
    ]


def _pinning() -> str:
    if can_pin():
        return "The server is pinned to one core and the load to another; PostgreSQL is free."
    return "Nothing is pinned to a core: this machine cannot, so that the figures vary more."


def _system() -> str:
    return f"{platform.system()} {platform.machine()}"


def _processor() -> str:
    if sys.platform == "darwin":
        return _said("sysctl", "-n", "machdep.cpu.brand_string")
    information = Path("/proc/cpuinfo")
    text = information.read_text() if information.exists() else ""
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or "unknown processor"


def _wrk() -> str:
    return " ".join(_said("wrk", "-v").split()[:2])


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
