"""A checkout has LF everywhere, on Windows too: a shell, make and .env files break on CRLF."""

import shutil
import subprocess
from pathlib import Path

import pytest

from referral_api.tests.support.deployment_files import ROOT


def git(*arguments: str, cwd: Path = ROOT) -> str:
    return subprocess.check_output(["git", *arguments], cwd=cwd, text=True)


@pytest.fixture
def ends() -> dict[str, str]:
    """For each tracked file, what ends its lines in the index and here, and its attributes."""
    try:
        lines = git("ls-files", "--eol").splitlines()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs git, and a clone that it trusts")
    found = {}
    for line in lines:
        ends, path = line.split("\t")
        found[path] = ends.strip()
    return found


def test_git_writes_every_text_with_lf_on_every_machine(ends: dict[str, str]) -> None:
    assert ends["Makefile"].split() == ["i/lf", "w/lf", "attr/text=auto", "eol=lf"]
    for path, end in ends.items():
        if Path(path).suffix not in (".png", ".mo"):
            assert end.endswith("attr/text=auto eol=lf"), path
            assert "crlf" not in end, path
            assert "mixed" not in end, path


def test_git_changes_no_byte_of_what_is_no_text(ends: dict[str, str]) -> None:
    for path, end in ends.items():
        if Path(path).suffix in (".png", ".mo"):
            assert end.endswith("attr/-text"), path


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_git_that_would_write_crlf_writes_lf(tmp_path: Path) -> None:
    git("init", "--quiet", cwd=tmp_path)
    git("config", "core.autocrlf", "true", cwd=tmp_path)
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    script = tmp_path / "script"
    script.write_bytes(b"#!/bin/sh\necho it works\n")
    git("add", ".", cwd=tmp_path)
    script.unlink()
    git("checkout", "--", "script", cwd=tmp_path)
    assert script.read_bytes() == b"#!/bin/sh\necho it works\n"
