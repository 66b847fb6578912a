"""`python -m benchmarks`: this service and its rivals, side by side."""

import fcntl
import json
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks import campaign, goals, machine, plot, report
from benchmarks.contenders import CONTENDERS, OURS, Contender
from benchmarks.data import Population, prepare
from benchmarks.database import BUILD
from benchmarks.goals import Goal
from benchmarks.load import require_wrk
from benchmarks.options import SCALES, Options, parse
from benchmarks.results import Results
from benchmarks.servers import seconds_to_start

STARTS = 3
POOL_OF_SCALE = 500  # so that both sizes do the same: on 1,000 users there are no more


def main() -> None:
    options = parse()
    require_wrk()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit("Stopped.")
    )  # so that the servers are stopped too
    measure = _scale if options.scale else _rivals
    try:
        with _alone():
            measure(options)
    except KeyboardInterrupt:
        sys.exit("Stopped.")


@contextmanager
def _alone() -> Iterator[None]:
    """Two measurements would disturb each other, and write the same tables."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _rivals(options: Options) -> None:
    population = prepare(options.users)
    cast = [(key, CONTENDERS[key], population) for key in options.contenders]
    starts = {}
    if not options.trial:
        starts = {key: _starts(who, population) for key, who, _ in cast}
    results = Results(list(campaign.run(cast, options)), starts)
    _tell([population], results, {key: who.label for key, who, _ in cast}, goals.GOALS, options)


def _scale(options: Options) -> None:
    populations = {f"{users:,} users": prepare(users, POOL_OF_SCALE) for users in SCALES}
    cast = [(key, OURS, population) for key, population in populations.items()]
    results = Results(list(campaign.run(cast, options)), {})
    _tell(
        list(populations.values()),
        results,
        {key: key for key in populations},
        goals.goals_of_scale(*populations),
        options,
    )


def _starts(contender: Contender, population: Population) -> list[float]:
    """Warm: the first one, which compiles and fills caches, does not count."""
    print(f"{contender.label}: start …", flush=True)
    return [seconds_to_start(contender, population) for _ in range(STARTS + 1)][1:]


def _tell(
    populations: Sequence[Population],
    results: Results,
    labels: Mapping[str, str],
    wanted: Sequence[Goal],
    options: Options,
) -> None:
    lines = machine.describe(populations)
    parts = ["\n".join(lines), report.measurements(results, labels)]
    if results.starts:
        parts.append(report.starts(results, labels))
    parts.append(report.outcome(results, wanted))
    parts.extend(f"INVALID {problem}" for problem in results.problems())
    print("\n" + "\n\n".join(parts), flush=True)
    if options.json:
        _write(options.json, json.dumps({"machine": lines, **asdict(results)}, indent=1) + "\n")
    if options.svg:
        _write(options.svg, plot.svg(results, labels, lines))
    if results.problems():
        sys.exit("Some runs do not count: see INVALID above.")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    main()
