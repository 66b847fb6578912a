"""Installs what poetry.lock names: `python3 -m backend.install run`. It needs only Python.

`make` calls it first, each time; where nothing is missing, it takes a tenth of a second. What a
stopped install left behind, or a Python that is gone, is made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from backend.virtual_environments import OLDEST_PYTHON, fault_of, mark_of_unfinished

LOCK = Path(".install.lock")
PACKAGES = Path(".venv")
POETRY = Path(".venv-poetry")
AUDIT = Path(".venv-audit")
NODE = Path("node_modules")
PINNED_POETRY = Path(".ci/poetry.txt")
PINNED_AUDIT = Path(".ci/audit.txt")
LOCKED = (Path("poetry.lock"), Path("pyproject.toml"), PINNED_POETRY)
LOCKED_NODE = (Path("package.json"), Path("package-lock.json"), Path(".npmrc"))
# What each kind of work needs: groups of pyproject.toml.
GROUPS = {
    "run": "main,embedded",
    "test": "main,embedded,test",
    "lint": "main,embedded,test,lint",
    "bench": "main,embedded,bench",
}


def install(work: str) -> None:
    if work == "node":
        install_node()
        return
    if work == "audit":
        install_audit()
        return
    wanted = digest_of(LOCKED) + GROUPS[work]
    mark = PACKAGES / f".{work}"
    if fault_of(PACKAGES) is None and is_written(mark, wanted):
        return
    make_tool(POETRY, PINNED_POETRY)
    requirements = PACKAGES / f".{work}.txt"
    with changing(PACKAGES):
        say(f"Installing the packages of poetry.lock ({GROUPS[work]})")
        # It needs poetry.lock alone, no index.
        export(["--only", GROUPS[work], "--output", str(requirements)])
        install_hashed(PACKAGES, ["--no-deps", "-r", str(requirements)])
    mark.write_text(wanted, encoding="utf-8")


def make_tool(folder: Path, pins: Path) -> None:
    """Poetry, or pip-audit, in a virtual environment of its own."""
    wanted = digest_of([pins])
    mark = folder / ".done"
    if fault_of(folder) is None and is_written(mark, wanted):
        return
    with changing(folder):
        say(f"Installing the packages of {pins}")
        install_hashed(folder, ["-r", str(pins)])
    mark.write_text(wanted, encoding="utf-8")


def install_audit() -> None:
    """pip-audit, and .venv-audit/all.txt: every package of poetry.lock."""
    make_tool(POETRY, PINNED_POETRY)
    make_tool(AUDIT, PINNED_AUDIT)
    export(["--all-groups", "--all-extras", "--output", str(AUDIT / "all.txt")])


def install_node() -> None:
    wanted = digest_of(LOCKED_NODE)
    mark = NODE / ".done"
    if is_written(mark, wanted):
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: install Node.js 20.19 or newer. `make run` works without it.")
    run(Path(npm), ["ci", "--silent", "--no-audit", "--no-fund"])
    mark.write_text(wanted, encoding="utf-8")


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """A virtual environment that works, to install into. One that does not is made anew.

    Where the block does not end, by Ctrl-C or a failure, the next install makes it anew too: parts
    of a package would look like the whole.
    """
    fault = fault_of(folder)
    unfinished = mark_of_unfinished(folder)
    unfinished.touch()
    if fault is not None:
        if folder.is_symlink() and not folder.exists():
            folder.unlink()  # it led to a folder that is gone
        if folder.exists():
            say(f"Making {folder} anew: it {fault}")
        run(Path(sys.executable), ["-m", "venv", "--clear", str(folder)])
    yield
    unfinished.unlink()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A second `make` waits for the first. The operating system ends the lock with the process."""
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another make is installing. Waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        # pip keeps it too: if this process alone is killed, the next make waits for pip's end.
        os.set_inheritable(lock.fileno(), True)
        yield


def digest_of(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_written(mark: Path, wanted: str) -> bool:
    return mark.exists() and mark.read_text(encoding="utf-8") == wanted


def export(options: list[str]) -> None:
    """What poetry.lock names, as pip reads it."""
    run(POETRY / "bin/python", ["-I", "-m", "poetry", "export", "--quiet", *options])


def install_hashed(folder: Path, options: list[str]) -> None:
    pip = ["-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(folder / "bin/python", [*pip, "--require-hashes", *options])


def run(program: Path, arguments: list[str]) -> None:
    """Never a script of bin/: its first line names the place where the checkout was before."""
    command = [str(program), *arguments]
    try:
        subprocess.run(command, check=True, close_fds=False)  # noqa: S603 -- our own
    except (subprocess.CalledProcessError, OSError):
        line = " ".join(command)
        sys.exit(f"Not installed: this failed: {line}\n`make doctor` says what the machine lacks.")


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("Python 3.11 or newer is needed. Name one: make run PYTHON=python3.13")
    try:
        with one_at_a_time():
            install(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("Stopped. The next make goes on.")


if __name__ == "__main__":
    main()
