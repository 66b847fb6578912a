"""Starting a contender, waiting until it answers, and stopping it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import Contender
from benchmarks.data import Population
from benchmarks.database import BUILD, ROOT, with_application
from benchmarks.environment import environment

START_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True)
class Server:
    """A contender that runs, on one population."""

    key: str
    contender: Contender
    population: Population
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(
    contender: Contender, population: Population, *, delay: float = 0, key: str = ""
) -> Iterator[Server]:
    key = key or contender.key
    with ExitStack() as stack:
        port = _free_port()
        process = _start(contender, population, port, delay, key)
        stack.callback(_stop, process)
        _await_answer(process, port, key)
        yield Server(key, contender, population, port, process.pid)


def seconds_to_start(contender: Contender, population: Population) -> float:
    """From the start of the process to its first 200."""
    began = time.monotonic()
    with running(contender, population, key=f"{contender.key}-start"):
        return time.monotonic() - began


def _start(
    contender: Contender, population: Population, port: int, delay: float, key: str
) -> subprocess.Popen[bytes]:
    variables = environment(with_application(population.database.url, key), port=port, delay=delay)
    with _log(key).open("wb") as log:
        process = subprocess.Popen(
            contender.command(port),
            cwd=ROOT,
            env=variables,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours to handle
        )
    pin(process.pid, 0)
    return process


def pin(pid: int, place: int) -> None:
    """To one of this machine's cores, and with it all threads and processes to come; only Linux can."""
    if sys.platform == "linux" and can_pin():
        os.sched_setaffinity(pid, {sorted(os.sched_getaffinity(0))[place]})


def can_pin() -> bool:
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def _await_answer(process: subprocess.Popen[bytes], port: int, key: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{key} did not start:\n{_log(key).read_text(errors='replace')[-3_000:]}")
        time.sleep(0.005)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _log(key: str) -> Path:
    folder = BUILD / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{key}.log"
