"""`python -m benchmarks`: this service and its rivals, side by side."""

import json
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import campaign, goals, machine, plot, report
from benchmarks.contenders import CONTENDERS, OURS, Contender
from benchmarks.data import Stage, prepare
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
    try:
        (_scale if options.scale else _rivals)(options)
    except KeyboardInterrupt:
        sys.exit("Stopped.")


def _rivals(options: Options) -> None:
    stage = prepare(options.users)
    cast = [(key, CONTENDERS[key], stage) for key in options.contenders]
    starts = {key: _starts(who, stage) for key, who, _ in cast}
    results = Results(list(campaign.run(cast, options)), starts)
    _tell([stage], results, {key: who.label for key, who, _ in cast}, goals.GOALS, options)


def _scale(options: Options) -> None:
    stages = {f"{users:,} users": prepare(users, POOL_OF_SCALE) for users in SCALES}
    cast = [(key, OURS, stage) for key, stage in stages.items()]
    results = Results(list(campaign.run(cast, options)), {})
    _tell(
        list(stages.values()),
        results,
        {key: key for key in stages},
        goals.goals_of_scale(*stages),
        options,
    )


def _starts(contender: Contender, stage: Stage) -> list[float]:
    """Warm: the first one, which compiles and fills caches, does not count."""
    print(f"{contender.label}: start …", flush=True)
    return [seconds_to_start(contender, stage) for _ in range(STARTS + 1)][1:]


def _tell(
    stages: Sequence[Stage],
    results: Results,
    labels: Mapping[str, str],
    wanted: Sequence[Goal],
    options: Options,
) -> None:
    lines = machine.describe(stages)
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
