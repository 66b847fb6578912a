"""`make doctor` says what a machine lacks."""

import ast
import os
import runpy
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from referral_api.tests.support.servers import free_port

ROOT = Path(__file__).parents[3]
DOCTOR = ROOT / "backend/doctor.py"


def doctor(checkout: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend.doctor"],
        cwd=checkout,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_the_tests_run_nothing_is_missing_that_is_needed() -> None:
    well = doctor(PORT=str(free_port()))
    assert (well.returncode, "MISSING" in well.stdout) == (0, False)


def test_it_names_the_program_that_is_missing_and_what_is_only_wanted() -> None:
    sick = doctor(PORT=str(free_port()), PATH="")
    assert sick.returncode == 1
    assert "MISSING  make: " in sick.stdout
    assert "missing  Node.js none: " in sick.stdout


def test_it_sees_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sick = doctor(PORT=str(port))
    assert (sick.returncode, f"MISSING  port {port}: " in sick.stdout) == (1, True)


def test_windows_needs_a_postgresql_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    postgresql = runpy.run_path(str(DOCTOR))["postgresql"]
    monkeypatch.setattr("platform.system", lambda: "Windows")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    healthy, _, hint = postgresql()
    assert not healthy
    assert "set DATABASE_URL, or work in WSL" in hint
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/referral_api")
    healthy, _, _ = postgresql()
    assert healthy


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The doctor in a place with a `.venv` of its own, which has no pip."""
    (tmp_path / "backend").symlink_to(ROOT / "backend")
    make = [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")]
    subprocess.run(make, check=True)
    return tmp_path


def test_it_sees_an_environment_without_pip(checkout: Path) -> None:
    said = doctor(checkout, PORT=str(free_port())).stdout
    assert "a .venv that works: it has no pip; the next make makes it anew" in said


def test_it_sees_an_environment_that_was_not_finished(checkout: Path) -> None:
    (checkout / ".venv.unfinished").touch()
    said = doctor(checkout, PORT=str(free_port())).stdout
    assert "a .venv that works: it was not finished; the next make" in said


def test_it_sees_that_python_was_removed(checkout: Path) -> None:
    for name in (checkout / ".venv/bin").glob("python*"):
        name.unlink()
        name.symlink_to("/usr/bin/python-that-was-removed")
    said = doctor(checkout, PORT=str(free_port())).stdout
    assert "a .venv that works: it has no Python that starts; the next make" in said


def test_it_sees_that_the_checkout_was_moved(checkout: Path) -> None:
    (packages,) = (checkout / ".venv").glob("lib/python*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip/__init__.py").touch()
    (checkout / ".venv/bin/pip").write_text("#!/home/before/referral-api/.venv/bin/python\n")
    said = doctor(checkout, PORT=str(free_port())).stdout
    assert "a .venv of this place: the checkout has moved: make works, but" in said


def test_it_needs_no_environment_at_all(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    said = doctor(checkout, PORT=str(free_port())).stdout
    assert "ok       packages: those that are here work" in said


@pytest.mark.parametrize("name", ["doctor", "install", "virtual_environments", "__init__"])
def test_an_older_python_can_read_it_to_say_that_it_is_too_old(name: str) -> None:
    text = (ROOT / f"backend/{name}.py").read_text()
    ast.parse(text, feature_version=(3, 7))
    assert "from __future__ import annotations" in text or name == "__init__"


def test_an_install_with_an_older_python_says_which_one_it_needs() -> None:
    """Its version is read as older than it is; the rest of the program runs as ever."""
    older = "import sys; sys.version_info = (3, 9, 18); from backend.install import main; main()"
    refused = subprocess.run(
        [sys.executable, "-c", older], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "Python 3.11 or newer is needed" in refused.stderr
