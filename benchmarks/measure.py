"""What a server uses while it works: its processor time, its memory, and PostgreSQL."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from benchmarks.servers import Server

MIB = 2**20
LONGEST_WORK = 10  # seconds
QUIET_SECONDS = 0.2


@dataclass(frozen=True)
class Usage:
    cpu_seconds: float
    postgres_cpu_seconds: float | None  # None where PostgreSQL runs elsewhere
    memory_mib: float  # of its largest process: the worker
    connections: int


class Meter:
    """Reads from its making on."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.memory = 0
        self.backends: dict[int, float] = {}  # pid → processor time before
        self.connections = 0
        self._see_backends(_cpu)
        self.cpu = self._cpu()

    def watch(self) -> None:
        """In the middle of the load: what is there only then."""
        self._see_backends(lambda _: 0.0)
        self.memory = max([self.memory, *(_memory(process) for process in self._processes())])

    def read(self) -> Usage:
        cpu = self._cpu() - self.cpu
        self.watch()
        postgres = sum(max(_cpu(pid) - before, 0.0) for pid, before in self.backends.items())
        local = self.server.population.database.is_local
        return Usage(cpu, postgres if local else None, self.memory / MIB, self.connections)

    def _processes(self) -> list[psutil.Process]:
        main = psutil.Process(self.server.pid)
        return [main, *main.children(recursive=True)]

    def _cpu(self) -> float:
        return sum(_cpu(process.pid) for process in self._processes())

    def _see_backends(self, before: Callable[[int], float]) -> None:
        pids = self.server.population.database.backends(self.server.key)
        self.connections = max(self.connections, len(pids))
        for pid in pids:
            self.backends.setdefault(pid, before(pid))


def settle(server: Server) -> None:
    """Waits until the server is through with what a load left behind.

    Processor time alone does not tell: on a busy machine a server gets little of it.
    """
    deadline = time.monotonic() + LONGEST_WORK
    while time.monotonic() < deadline:
        meter = Meter(server)
        time.sleep(QUIET_SECONDS)
        quiet = not server.population.database.worked(server.key, within=QUIET_SECONDS)
        if quiet and meter.read().cpu_seconds < 0.02:
            return


def _cpu(pid: int) -> float:
    """Of a process that may be gone, or on another machine."""
    with contextlib.suppress(psutil.Error):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return 0.0


def _memory(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0
