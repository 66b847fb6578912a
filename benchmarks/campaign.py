"""The order of the runs: all contenders are up, and take turns within every round."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from benchmarks import check, load, requests
from benchmarks.contenders import Contender
from benchmarks.data import Population
from benchmarks.measure import Meter, settle
from benchmarks.options import Options
from benchmarks.results import Run
from benchmarks.servers import Server, running
from benchmarks.works import WORKS, Work

Cast = Sequence[tuple[str, Contender, Population]]  # key, who, where
Cell = tuple[Work, Server, Path]
WARM_UP_SECONDS = 1


def run(cast: Cast, options: Options) -> Iterator[Run]:
    chosen = [work for work in WORKS if work.group in options.work]
    if options.trial:
        chosen = [for_a_moment(work) for work in chosen]
    for delay, works in groupby(
        sorted(chosen, key=lambda work: work.delay), key=lambda work: work.delay
    ):
        with ExitStack() as stack:
            servers = [
                stack.enter_context(running(who, population, delay=delay, key=key))
                for key, who, population in cast
            ]
            for _, group in groupby(works, key=lambda work: work.group):
                yield from _interleaved(list(group), servers, options)


def for_a_moment(work: Work) -> Work:
    """Few requests, in place of seconds."""
    return replace(work, connections=4, delay=min(work.delay, 0.05), ends_after=40)


def _interleaved(works: list[Work], servers: list[Server], options: Options) -> Iterator[Run]:
    cells = [cell for work in works for cell in _prepared(work, servers)]
    for number in range(options.pairs):
        turn = number % len(cells)
        for work, server, prepared in [*cells[turn:], *cells[:turn]]:
            if number < min(work.most_rounds, _most_rounds(work, server)):
                measured = _measured(work, server, prepared, work.seconds(options.seconds), number)
                print(
                    f"  {number + 1}  {work.key:8} {server.key:16} {measured.rate:9,.0f}/s",
                    flush=True,
                )
                yield measured
    for work, server, _ in cells:
        work.prepare(server.population)


def _most_rounds(work: Work, server: Server) -> int:
    """One where the worker sleeps: what queued up meanwhile would last into the next round."""
    return (
        1
        if work.delay and "gunicorn" in server.contender.arguments
        else server.contender.most_rounds
    )


def _prepared(work: Work, servers: list[Server]) -> list[Cell]:
    """Checked and warm."""
    print(f"{work.title} …", flush=True)
    cells = [
        (work, server, requests.write(work.build, server.population, work.key))
        for server in servers
        if work.only in {"", server.contender.key}
    ]
    check.answers_agree(cells)
    for _, server, prepared in [] if work.delay or work.ends_after else cells:
        work.prepare(server.population)
        load.send(work, server.url, prepared, WARM_UP_SECONDS, watch=lambda: None)
        settle(server)
    return cells


def _measured(work: Work, server: Server, prepared: Path, seconds: int, number: int) -> Run:
    work.prepare(server.population)
    meter = Meter(server)
    done = load.send(work, server.url, prepared, seconds, meter.watch)
    usage = meter.read()
    settle(server)
    per_request = 1e6 / max(done.requests, 1)
    postgres = (
        None if usage.postgres_cpu_seconds is None else usage.postgres_cpu_seconds * per_request
    )
    return Run(
        work=work.key,
        server=server.key,
        round=number,
        requests=done.requests,
        rate=done.rate,
        p50_ms=done.p50_ms,
        p99_ms=done.p99_ms,
        cpu_us=usage.cpu_seconds * per_request,
        postgres_cpu_us=postgres,
        memory_mib=usage.memory_mib,
        connections=usage.connections,
        problem=_problem(work, server, done),
    )


def _problem(work: Work, server: Server, done: load.Load) -> str:
    """Why the run does not count, if it does not."""
    if done.refused or done.timed_out or done.broken:
        return (
            f"{done.refused} refused, {done.timed_out} timed out, {done.broken} connections broken"
        )
    if not done.requests:
        return "no answer at all"
    if not work.written:
        return ""
    written = work.rows_written(server.population)
    if written < least_written(work, done.requests):
        return f"{done.requests} answers, but {written} rows written"
    return ""


def least_written(work: Work, answers: int) -> float:
    """In a mix, the last requests that were not answered may be those that write."""
    if work.writing == 1:
        return answers
    return work.writing * (answers - work.connections)
