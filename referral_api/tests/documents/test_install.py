"""A first install that is stopped, broken or doubled ends well at the next `make`.

Real virtual environments, and a Poetry of one line that needs no index.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from backend.virtual_environments import fault_of, has_moved, mark_of_unfinished
from referral_api.tests.support.deployment_files import ROOT
from referral_api.tests.support.waiting import wait_until

POETRY = """
import sys
from pathlib import Path
Path(sys.argv[-1]).write_text(Path("exported.txt").read_text())
"""
BOUND = 240  # seconds, for a machine that does much else


def wheel(folder: Path, name: str, module: str) -> str:
    """A package of one file, as a line of a requirements file."""
    path = folder / f"{name}-1-py3-none-any.whl"
    info = f"{name}-1.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}/__main__.py", module)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"./{path.name} --hash=sha256:{digest}\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A checkout into which two installs went at once, and what they said.

    It is what install.py reads, in a folder whose name has a space.
    """
    folder = tmp_path_factory.mktemp("install") / "a checkout"
    (folder / ".ci").mkdir(parents=True)
    (folder / ".ci/poetry.txt").write_text(wheel(folder, "poetry", POETRY))
    (folder / "exported.txt").write_text(wheel(folder, "thing", "print('it works')"))
    for name in ("poetry.lock", "pyproject.toml"):
        (folder / name).touch()
    first, second = start(folder), start(folder)
    return folder, finish(first) + finish(second)


@pytest.fixture
def moved(installed: tuple[Path, str], tmp_path: Path) -> Path:
    """The same in another place; the programs of its environments still name the old one."""
    folder, _ = installed
    return shutil.copytree(folder, tmp_path / "elsewhere", symlinks=True)


def start(checkout: Path) -> subprocess.Popen[str]:
    """`make run` up to the server: a group of its own, as a terminal's Ctrl-C would meet it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "backend.install", "run"],
        cwd=checkout,
        env={**kept, "PYTHONPATH": str(ROOT), "PIP_NO_INDEX": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(install: subprocess.Popen[str]) -> str:
    output, _ = install.communicate(timeout=BOUND)
    assert install.returncode == 0, output
    return output


def answer_of(checkout: Path, package: str) -> str:
    python = str(checkout / ".venv/bin/python")
    return subprocess.check_output([python, "-m", package], text=True)


def test_two_at_once_end_well_and_a_third_has_nothing_to_do(installed: tuple[Path, str]) -> None:
    checkout, said = installed
    assert said.count("Installing the packages of .ci/poetry.txt\n") == 1
    assert said.count("Installing the packages of poetry.lock") == 1
    assert answer_of(checkout, "thing") == "it works\n"
    assert not list(checkout.glob("*.unfinished"))
    assert finish(start(checkout)) == ""


def test_a_checkout_that_was_moved_works_and_installs_what_is_new(moved: Path) -> None:
    assert has_moved(moved / ".venv")
    assert finish(start(moved)) == ""
    (moved / "poetry.lock").write_text("a new lock")
    (moved / "exported.txt").write_text(wheel(moved, "other", "print('so does this')"))
    assert "Installing the packages" in finish(start(moved))
    assert answer_of(moved, "thing") == "it works\n"
    assert answer_of(moved, "other") == "so does this\n"


def test_without_pip_it_is_made_anew_and_again_after_ctrl_c(moved: Path) -> None:
    said = stopped_without_pip(moved)
    assert "Making .venv anew: it has no pip" in said
    assert "Making .venv anew: it was not finished" in finish(start(moved))
    assert answer_of(moved, "thing") == "it works\n"
    assert not list(moved.glob("*.unfinished"))


def stopped_without_pip(checkout: Path) -> str:
    """What an install said that Ctrl-C met. On a busy machine one may end before: then another."""
    while True:
        shutil.rmtree(checkout / ".venv")
        make_environment(checkout / ".venv")
        install = start(checkout)
        wait_until(mark_of_unfinished(checkout / ".venv").exists, seconds=BOUND)
        os.killpg(install.pid, signal.SIGINT)
        said, _ = install.communicate(timeout=BOUND)
        if install.returncode != 0:
            return said


def test_pip_and_uv_find_dependencies_and_no_package_to_build() -> None:
    """`pip install .` and `uv sync` then install what the service needs (setuptools, uv)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    tools = project["tool"]
    assert project["build-system"]["build-backend"] == "setuptools.build_meta"
    assert tools["setuptools"] == {"py-modules": []}
    assert tools["uv"]["package"] is False
    assert set(tools["uv"]["default-groups"]) <= set(project["dependency-groups"])


def make_environment(folder: Path) -> None:
    """In a moment, because it has no pip."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True)


def give_pip(folder: Path) -> None:
    """The least of it that is found."""
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip/__init__.py").touch()


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    folder = tmp_path / ".venv"
    make_environment(folder)
    give_pip(folder)
    assert fault_of(folder) is None
    return folder


def test_an_environment_without_pip_has_a_fault(environment: Path) -> None:
    (pip,) = environment.glob("lib/python*/site-packages/pip")
    shutil.rmtree(pip)
    assert fault_of(environment) == "has no pip"


def test_an_environment_whose_python_was_removed_has_a_fault(environment: Path) -> None:
    for name in environment.glob("bin/python*"):
        name.unlink()
        name.symlink_to("/usr/bin/python-that-was-removed")
    assert fault_of(environment) == "has no Python that starts"


def test_an_environment_whose_python_was_upgraded_has_no_pip_any_more(environment: Path) -> None:
    """A newer Python behind the same link looks into a folder of its own version."""
    (packages,) = environment.glob("lib/python3.*")
    packages.rename(packages.with_name("python3.7"))
    assert fault_of(environment) == "has no pip"


@pytest.mark.parametrize("stub", ["exit 1", "echo pip 3 9", "kill -9 $$"])
def test_an_environment_whose_python_is_no_use_has_a_fault(environment: Path, stub: str) -> None:
    for name in environment.glob("bin/python*"):
        name.unlink()
    (environment / "bin/python").write_text(f"#!/bin/sh\n{stub}\n")
    (environment / "bin/python").chmod(0o755)
    fault = fault_of(environment)
    assert fault in ("has no Python that starts", "has Python 3.9, which is too old")


def test_an_environment_that_was_not_finished_has_a_fault(environment: Path) -> None:
    mark_of_unfinished(environment).touch()
    assert fault_of(environment) == "was not finished"
