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

    def verdict(self, reached: Spread) -> str:
        if self.at_least is None:
            return "met" if reached.median <= (self.at_most or 0) else "missed"
        if reached.median >= self.at_least:
            return "met"
        return "near" if reached.median >= (self.falls_short or self.at_least) else "missed"


def ratio(work: str, rival: str, metric: str = "rate") -> Value:
    return lambda results: results.ratio((work, "ours"), (work, rival), metric)


def between(one: tuple[str, str], other: tuple[str, str], metric: str = "rate") -> Value:
    return lambda results: results.ratio(one, other, metric)


def own(work: str, metric: str) -> Value:
    return lambda results: results.spread(work, "ours", metric)


TIMES = " ×"
GOALS = (
    Goal(
        "W1, 10 invitees: rate, to FastAPI",
        ratio("W1.10", "fastapi"),
        1.0,
        falls_short=0.85,
        unit=TIMES,
    ),
    Goal(
        "W1, 10 invitees: server's CPU, to FastAPI",
        ratio("W1.10", "fastapi", "cpu_us"),
        at_most=1.15,
        unit=TIMES,
    ),
    Goal("W1, 10 invitees: rate, to DRF", ratio("W1.10", "drf"), 7, unit=TIMES),
    Goal(
        "W1: rate at 50,000 invitees, to that at 10",
        between(("W1.many", "ours"), ("W1.10", "ours")),
        0.95,
        unit=TIMES,
    ),
    Goal(
        "W1: the same to a full page, as long",
        between(("W1.many", "ours"), ("W1.page", "ours")),
        0.95,
        unit=TIMES,
    ),
    Goal("W2: rate, to FastAPI without limits", ratio("W2", "fastapi"), 0.6, unit=TIMES),
    Goal("W2: rate, to DRF without limits", ratio("W2", "drf"), 3, unit=TIMES),
    Goal("W3: completions, to raw ASGI", ratio("W3", "floor"), 0.95, unit=TIMES),
    Goal("W3: p99", own("W3", "p99_ms"), at_most=2_000, unit=" ms"),
    Goal("W3: connections to PostgreSQL", own("W3", "connections"), at_most=10),
    Goal("W4: rate, to DRF", ratio("W4", "drf"), 3, unit=TIMES),
    Goal("W6: rate, to raw ASGI", ratio("W6", "floor"), 0.25, unit=TIMES),
    Goal("Memory of the worker in W1", own("W1.many", "memory_mib"), at_most=120, unit=" MiB"),
    Goal(
        "From start to the first 200, warm",
        lambda results: results.start("ours"),
        at_most=1.5,
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
