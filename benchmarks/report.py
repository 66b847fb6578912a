"""The outcome as tables of text."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.goals import Goal
from benchmarks.results import Results, Spread
from benchmarks.works import WORKS

HEADER = (
    "",
    "requests/s",
    "to the first",
    "server's CPU µs",
    "PostgreSQL's CPU µs",
    "lowest–highest/s",
    "p50 ms",
    "p99 ms",
    "MiB",
    "PG conn.",
)
NOTHING = "–"


def table(rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, the others to the right."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(_padded, row, widths, range(len(row)))) for row in rows)


def _padded(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)


def measurements(results: Results, labels: Mapping[str, str]) -> str:
    """A block for each work; ratios are to the contender that is named first."""
    blocks = [
        f"{work.title}\n{table([HEADER, *_lines(results, work.key, labels)])}"
        for work in WORKS
        if any(run.work == work.key for run in results.runs)
    ]
    return "\n\n".join(blocks)


def _lines(results: Results, work: str, labels: Mapping[str, str]) -> Iterable[Sequence[str]]:
    first = (work, next(iter(labels)))
    for server, label in labels.items():
        rate = results.spread(work, server, "rate")
        if rate is not None:
            yield (
                label,
                f"{rate.median:,.0f}",
                _spread(results.ratio((work, server), first)),
                _median(results.spread(work, server, "cpu_us")),
                _median(results.spread(work, server, "postgres_cpu_us")),
                f"{rate.low:,.0f}–{rate.high:,.0f}",
                _median(results.spread(work, server, "p50_ms"), digits=1),
                _median(results.spread(work, server, "p99_ms"), digits=1),
                _median(results.spread(work, server, "memory_mib")),
                _median(results.spread(work, server, "connections")),
            )
        elif results.of(work, server):
            yield label, "invalid", *[""] * (len(HEADER) - 2)


def starts(results: Results, labels: Mapping[str, str]) -> str:
    rows = [(label, _spread(results.start(server))) for server, label in labels.items()]
    return "Seconds from start to the first 200, warm\n" + table(rows)


def outcome(results: Results, goals: Iterable[Goal]) -> str:
    header = ("Goal", "wanted", "measured (lowest–highest)", "")
    return table([header, *(_goal(results, goal) for goal in goals)])


def _goal(results: Results, goal: Goal) -> Sequence[str]:
    reached = goal.value(results)
    if reached is None:
        return goal.what, goal.wanted, "not measured", NOTHING
    return goal.what, goal.wanted, _spread(reached), goal.verdict(reached)


def _median(spread: Spread | None, digits: int = 0) -> str:
    return NOTHING if spread is None else f"{spread.median:,.{digits}f}"


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return NOTHING
    digits = 0 if spread.median >= 100 else 2
    if spread.low == spread.high:
        return f"{spread.median:,.{digits}f}".removesuffix(".00")
    return f"{spread.median:,.{digits}f} ({spread.low:,.{digits}f}–{spread.high:,.{digits}f})"
