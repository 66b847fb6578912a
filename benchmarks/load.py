"""One load of wrk: written in C, it leaves the server's core alone and tells percentiles."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.database import ROOT
from benchmarks.servers import pin
from benchmarks.works import Work

SCRIPT = ROOT / "benchmarks/lua/requests.lua"
EXTRA_SECONDS = 90  # beyond its length a load has hung


@dataclass(frozen=True)
class Load:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int  # answers with a status over 399
    timed_out: int
    broken: int  # connections

    @property
    def rate(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        sys.exit("The load needs wrk: `apt-get install wrk`, or `brew install wrk`.")


def send(work: Work, url: str, requests: Path, seconds: int, watch: Callable[[], object]) -> Load:
    """`watch` is called every second meanwhile."""
    process = subprocess.Popen(
        _command(work, url, requests, seconds), stdout=subprocess.PIPE, text=True
    )
    pin(process.pid, 1)
    try:
        return Load(**json.loads(_output(process, seconds, watch).splitlines()[-1]))
    finally:
        process.kill()
        process.wait()


def _command(work: Work, url: str, requests: Path, seconds: int) -> list[str]:
    how = f"wrk -t1 -c{work.connections} -d{seconds}s --timeout 60s --script {SCRIPT} {url} --".split()
    return [*how, str(requests), "once" if work.once else "cycle", str(work.ends_after)]


def _output(process: subprocess.Popen[str], seconds: int, watch: Callable[[], object]) -> str:
    for _ in range(seconds + EXTRA_SECONDS):
        try:
            return process.communicate(timeout=1)[0]
        except subprocess.TimeoutExpired:
            watch()
    sys.exit("wrk does not end.")
