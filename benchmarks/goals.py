"""What the service has to reach on one worker, and what it reached."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.results import Results, Spread

Value = Callable[[Results], Spread | None]


@dataclass(frozen=True)
class Goal:
    what: str
    value: Value
    at_least: float | None = None
    at_most: float | None = None
    falls_short: float | None = None  # between this and `at_least` the noise decides
    unit: str = ""

    @property
    def wanted(self) -> str:
        sign, limit = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        return f"{sign} {limit:g}{self.unit}"

    def verdict(self, measured: Spread) -> str:
        if self.at_least is None:
            return "reached" if measured.median <= (self.at_most or 0) else "missed"
        if measured.median >= self.at_least:
            return "reached"
        if self.falls_short is not None and measured.median >= self.falls_short:
            return "near"
        return "missed"


def ratio(work: str, rival: str, metric: str = "rate") -> Value:
    return lambda results: results.ratio((work, "ours"), (work, rival), metric)


def between(one: tuple[str, str], other: tuple[str, str], metric: str = "rate") -> Value:
    return lambda results: results.ratio(one, other, metric)


def own(work: str, metric: str) -> Value:
    return lambda results: results.spread(work, "ours", metric)


TIMES = " ×"
# Rates are to those of FastAPI + asyncpg, where nothing else is said.
GOALS = (
    Goal("W1 profile: rate", ratio("W1.10", "fastapi"), 1.0, falls_short=0.9, unit=TIMES),
    Goal(
        "W1: 50,000 invitees, to an equally full page",
        between(("W1.many", "ours"), ("W1.page", "ours")),
        0.95,
        unit=TIMES,
    ),
    Goal("W2 code request: rate", ratio("W2", "fastapi"), 0.8, unit=TIMES),
    Goal("W3 waiting code request: rate, to raw ASGI", ratio("W3", "floor"), 0.95, unit=TIMES),
    Goal("W3: p99, to raw ASGI", ratio("W3", "floor", "p99_ms"), at_most=1.3, unit=TIMES),
    Goal("W3: connections to PostgreSQL", own("W3", "connections"), at_most=10),
    Goal("W4 activation: rate", ratio("W4", "fastapi"), 0.8, unit=TIMES),
    Goal("W5 login: rate", ratio("W5", "fastapi"), 0.9, unit=TIMES),
    Goal(
        "W5: PostgreSQL's CPU", ratio("W5", "fastapi", "postgres_cpu_us"), at_most=1.3, unit=TIMES
    ),
    Goal("W6 /livez: rate", ratio("W6", "fastapi"), 1.0, unit=TIMES),
    Goal("W8 mix: rate", ratio("W8", "fastapi"), 0.9, unit=TIMES),
    Goal("Memory of the worker in W3", own("W3", "memory_mib"), at_most=90, unit=" MiB"),
    Goal("Memory of the worker in W8", own("W8", "memory_mib"), at_most=90, unit=" MiB"),
    Goal(
        "From start to the first 200, warm",
        lambda results: results.start("ours"),
        at_most=1.2,
        unit=" s",
    ),
)
FLAT, FLAT_BUT_FOR_NOISE = 0.95, 0.85


def goals_of_scale(small: str, large: str) -> tuple[Goal, ...]:
    def flat(work: str, title: str) -> Goal:
        value = between((work, large), (work, small))
        return Goal(
            f"{title}: rate on {large}, to that on {small}",
            value,
            FLAT,
            falls_short=FLAT_BUT_FOR_NOISE,
            unit=TIMES,
        )

    return flat("W4", "W4 activation"), flat("W1.10", "W1 profile")
