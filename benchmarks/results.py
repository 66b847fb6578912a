"""What came out, and the statistics of it: medians, and ratios of what ran in the same round."""

from dataclasses import dataclass
from statistics import median
from typing import NamedTuple


@dataclass(frozen=True)
class Run:
    work: str
    server: str
    round: int
    requests: int
    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    postgres_cpu_us: float | None
    memory_mib: float
    connections: int
    problem: str = ""  # of a run that does not count


class Spread(NamedTuple):
    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread | None":
        return cls(median(values), min(values), max(values)) if values else None


@dataclass(frozen=True)
class Results:
    runs: list[Run]
    starts: dict[str, list[float]]  # seconds to the first answer

    def of(self, work: str, server: str) -> list[Run]:
        return [run for run in self.runs if (run.work, run.server) == (work, server)]

    def problems(self) -> list[str]:
        return list(
            dict.fromkeys(
                f"{run.work} {run.server}: {run.problem}" for run in self.runs if run.problem
            )
        )

    def spread(self, work: str, server: str, metric: str) -> Spread | None:
        """None where nothing was measured, or a run did not count: then the others are in doubt too."""
        return Spread.of(list(self._by_round(work, server, metric).values()))

    def start(self, server: str) -> Spread | None:
        return Spread.of(self.starts.get(server, []))

    def ratio(
        self, one: tuple[str, str], other: tuple[str, str], metric: str = "rate"
    ) -> Spread | None:
        """Of two (work, server): the median of the ratios, round by round."""
        ours, theirs = self._by_round(*one, metric), self._by_round(*other, metric)
        return Spread.of(
            [
                ours[number] / theirs[number]
                for number in ours.keys() & theirs.keys()
                if theirs[number]
            ]
        )

    def _by_round(self, work: str, server: str, metric: str) -> dict[int, float]:
        runs = self.of(work, server)
        if any(run.problem for run in runs):
            return {}
        return {run.round: value for run in runs if (value := getattr(run, metric)) is not None}
