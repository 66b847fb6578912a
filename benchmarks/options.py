"""The command line."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import CONTENDERS
from benchmarks.data import LEAST_USERS
from benchmarks.works import WORKS

SCALES = (1_000, 1_000_000)
GROUPS = tuple(dict.fromkeys(work.group for work in WORKS))

OF_SCALE = ("W1", "W4", "W7")


@dataclass(frozen=True)
class Options:
    users: int
    pairs: int
    seconds: int
    work: tuple[str, ...]
    contenders: tuple[str, ...]
    scale: bool
    trial: bool
    svg: Path | None
    json: Path | None


def parse(arguments: Sequence[str] | None = None) -> Options:
    given = _parser().parse_args(arguments)
    groups = given.work or (OF_SCALE if given.scale else GROUPS)
    return Options(
        users=LEAST_USERS if given.trial else given.users,
        pairs=1 if given.trial else given.pairs,
        seconds=given.seconds,
        work=groups,
        contenders=given.contenders,
        scale=given.scale,
        trial=given.trial,
        svg=given.svg,
        json=given.json,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="This service and its rivals, side by side."
    )
    add = parser.add_argument
    add(
        "--users",
        type=_at_least(LEAST_USERS),
        default=200_000,
        help="users in the database (default: 200000)",
    )
    add(
        "--pairs", type=_at_least(1), default=7, help="interleaved rounds of each work (default: 7)"
    )
    add("--seconds", type=_at_least(1), default=4, help="length of one run (default: 4)")
    add("--work", type=_some_of(GROUPS), help=f"of {','.join(GROUPS)} (default: all)")
    add(
        "--contenders",
        type=_some_of(tuple(CONTENDERS)),
        default=tuple(CONTENDERS),
        help=f"of {','.join(CONTENDERS)}",
    )
    add("--scale", action="store_true", help="this service alone, on 1,000 and on 1,000,000 users")
    add(
        "--trial",
        action="store_true",
        help="every work for a moment on 1,000 users: whether it still works, not how fast",
    )
    add("--svg", type=Path, help="write the plot there")
    add("--json", type=Path, help="write every run there")
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"at least {least}")
        return int(text)

    return number


def _some_of(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def names(text: str) -> tuple[str, ...]:
        chosen = tuple(name.strip() for name in text.split(","))
        if unknown := set(chosen) - set(known):
            raise argparse.ArgumentTypeError(
                f"{', '.join(sorted(unknown))}: not one of {', '.join(known)}"
            )
        return tuple(name for name in known if name in chosen)

    return names
