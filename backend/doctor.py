"""Says what this machine lacks: `python3 -m backend.doctor`. It needs only Python.

Each check returns whether it is healthy, what it looked at, and what to do.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from backend.virtual_environments import OLDEST_PYTHON, fault_of, has_moved

ROOT = Path(__file__).parents[1]
NEEDED, WANTED = "MISSING", "missing"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def python() -> tuple[bool, str, str]:
    hint = "install Python 3.11 or newer, or name it: make run PYTHON=python3.13"
    return sys.version_info >= OLDEST_PYTHON, f"Python {platform.python_version()}", hint


def can_make_environments() -> tuple[bool, str, str]:
    found = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    return (
        found,
        "venv and ensurepip",
        "Debian and Ubuntu keep them in a package: apt install python3-venv",
    )


def installed_packages() -> tuple[bool, str, str]:
    """What an earlier `make` left behind. Nothing is needed: `make` makes a broken one anew."""
    for folder in (ROOT / ".venv", ROOT / ".venv-poetry"):
        if not folder.exists() and not folder.is_symlink():
            continue
        fault = fault_of(folder)
        if fault is not None:
            hint = f"it {fault}; the next make makes it anew"
            return False, f"a {folder.name} that works", hint
        if has_moved(folder):
            hint = (
                "the checkout has moved: make works, but the programs of "
                f"{folder.name}/bin do not; rm -r {folder.name}, and make makes it anew"
            )
            return False, f"a {folder.name} of this place", hint
    return True, "packages: those that are here work; make installs the rest", ""


def make() -> tuple[bool, str, str]:
    return bool(shutil.which("make")), "make", "apt install make, or xcode-select --install"


def free_port() -> tuple[bool, str, str]:
    port = int(os.environ.get("PORT") or 8000)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False, f"port {port}", "another program has it: PORT=8001 make run"
    return True, f"port {port} is free", ""


def postgresql() -> tuple[bool, str, str]:
    """The embedded one has wheels for some machines; else the system's, or a server elsewhere."""
    if os.environ.get("DATABASE_URL"):
        return True, "PostgreSQL, by DATABASE_URL", ""
    system, machine = platform.system(), platform.machine().lower()
    if system == "Windows":
        hint = "set DATABASE_URL, or work in WSL: there is no embedded one for Windows"
        return False, "PostgreSQL, embedded", hint
    if any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return True, "PostgreSQL of the system", ""
    glibc = platform.libc_ver()[0] == "glibc"
    wheels = {"Linux": glibc and machine in ("x86_64", "aarch64"), "Darwin": True}
    hint = (
        "apt install postgresql, or set DATABASE_URL: "
        f"no embedded one exists for {system} {machine}"
    )
    return wheels.get(system, False), "PostgreSQL, embedded", hint


def node() -> tuple[bool, str, str]:
    program = shutil.which("node")
    version, major = "none", 0
    if program:
        answer = subprocess.check_output([program, "--version"], text=True)  # noqa: S603 -- its own path
        version = answer.strip()
        major = int(version.lstrip("v").split(".")[0])
    healthy = major >= 20 and bool(shutil.which("npm"))
    return healthy, f"Node.js {version}", "Node.js 20.19 or newer with npm, for make check"


def chromium() -> tuple[bool, str, str]:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return bool(found), "Chromium", "apt install chromium, for the tests of the page"


def pgbouncer() -> tuple[bool, str, str]:
    found = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
    return bool(found), "PgBouncer", "apt install pgbouncer, for the tests behind it"


def haproxy() -> tuple[bool, str, str]:
    found = shutil.which("haproxy") or shutil.which("/usr/sbin/haproxy")
    return bool(found), "HAProxy", "apt install haproxy, for the tests behind it"


def gettext() -> tuple[bool, str, str]:
    return bool(shutil.which("msgfmt")), "gettext", "apt install gettext, to change translations"


def docker() -> tuple[bool, str, str]:
    return bool(shutil.which("docker")), "Docker", "only for docker compose up"


CHECKS = (
    (NEEDED, (python, can_make_environments, make, postgresql, free_port)),
    (WANTED, (installed_packages, node, chromium, pgbouncer, haproxy, gettext, docker)),
)


def main() -> int:
    sick = False
    for severity, checks in CHECKS:
        for check in checks:
            healthy, what, hint = check()
            sick = sick or (severity == NEEDED and not healthy)
            sys.stdout.write(f"{'ok':8} {what}\n" if healthy else f"{severity:8} {what}: {hint}\n")
    sys.stdout.write("make run lacks what is MISSING.\n" if sick else "make run can start.\n")
    return int(sick)


if __name__ == "__main__":
    sys.exit(main())
