"""`python -m benchmarks` does every work, by the service and by its rivals on asyncpg."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.works import WORKS

PACKAGES = ("asyncpg", "fastapi", "psutil")
MISSING = [name for name in PACKAGES if find_spec(name) is None]
if shutil.which("wrk") is None:
    MISSING.append("wrk")
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"`make bench` needs {', '.join(MISSING)}")


def test_a_trial_does_every_work_and_every_answer_counts(tmp_path: Path) -> None:
    outcome = tmp_path / "outcome.json"
    command = [sys.executable, "-m", "benchmarks", "--trial", "--contenders", "ours,floor,fastapi"]
    trial = subprocess.run(
        [*command, "--json", str(outcome)], capture_output=True, text=True, timeout=300, check=False
    )
    assert trial.returncode == 0, trial.stdout[-3_000:] + trial.stderr[-3_000:]
    runs = json.loads(outcome.read_text())["runs"]
    assert {run["work"] for run in runs if run["server"] == "fastapi"} == {
        work.key for work in WORKS if not work.only
    }
    assert {run["work"] for run in runs if run["server"] == "ours"} == {work.key for work in WORKS}
    assert [run["problem"] for run in runs if run["problem"]] == []
