"""The outcome as one SVG, light or dark as its reader's screen is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from benchmarks.results import Results, Spread
from benchmarks.works import WORKS, Work

WIDTH, MARGIN, LINE, BAR = 980, 24, 20, 12
NAMES_END = 168
COLUMNS = (180, 610)  # where the bars of a column begin
LONGEST = 200  # bar
TITLE = "Requests a second, and what each costs the server"
STYLE = """
  svg { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
  .paper { fill: #fff } text { fill: #1f2328 } .quiet { fill: #59636e; font-size: 12px }
  .title { font-size: 18px; font-weight: 600 } .work, .ours { font-weight: 600 }
  .bar { fill: #afb8c1 } .bar.ours { fill: #0969da } .whisker { stroke: #1f2328; stroke-width: 1.5 }
  .rule { stroke: #d1d9e0 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #f0f6fc } .quiet { fill: #9198a1 }
    .bar { fill: #59636e } .bar.ours { fill: #4493f8 } .whisker { stroke: #f0f6fc } .rule { stroke: #3d444d }
  }
"""


def svg(results: Results, labels: Mapping[str, str], machine: Sequence[str]) -> str:
    works = [
        work
        for work in WORKS
        if not work.only and any(run.work == work.key for run in results.runs)
    ]
    top = MARGIN + 78
    parts, y = list(_head()), top
    for work in works:
        servers = [server for server in labels if results.of(work.key, server)]
        parts.extend(_work(results, work, {server: labels[server] for server in servers}, y))
        y += LINE * (len(servers) + 2)
    parts.append(_rule(y))
    y += LINE
    parts.extend(
        _text(MARGIN, y + 17 * number, line, "quiet") for number, line in enumerate(machine)
    )
    return _document(parts, y + 17 * len(machine) + MARGIN // 2)


def _document(parts: Iterable[str], height: int) -> str:
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{TITLE}">'
    paper = f'<rect class="paper" width="{WIDTH}" height="{height}" rx="6"/>'
    return "\n".join([opening, f"<style>{STYLE}</style>", paper, *parts, "</svg>"]) + "\n"


def _head() -> Iterator[str]:
    yield _text(MARGIN, MARGIN + 16, TITLE, "title")
    yield _text(
        MARGIN,
        MARGIN + 38,
        "Medians of interleaved runs; the thin line reaches from the lowest to the highest.",
        "quiet",
    )
    yield _text(COLUMNS[0], MARGIN + 64, "requests a second (more is better) and p99", "quiet")
    yield _text(
        COLUMNS[1],
        MARGIN + 64,
        "processor time of the server per request (less is better)",
        "quiet",
    )


def _work(results: Results, work: Work, labels: Mapping[str, str], y: int) -> Iterator[str]:
    yield _rule(y)
    yield _text(MARGIN, y + 14, work.title, "work")
    most = [_most(results, work, labels, metric) for metric in ("rate", "cpu_us")]
    for number, (server, label) in enumerate(labels.items(), start=1):
        yield from _server(results, (work.key, server), label, most, y + LINE * number)


def _most(results: Results, work: Work, servers: Iterable[str], metric: str) -> float:
    spreads = [results.spread(work.key, server, metric) for server in servers]
    return max((spread.high for spread in spreads if spread), default=1.0) or 1.0


def _server(
    results: Results, who: tuple[str, str], label: str, most: Sequence[float], y: int
) -> Iterator[str]:
    kind = "ours" if who[1] == "ours" else ""
    yield _text(NAMES_END, y + 13, label, kind, 'text-anchor="end"')
    rate, cpu, p99 = (results.spread(*who, metric) for metric in ("rate", "cpu_us", "p99_ms"))
    if not (rate and cpu and p99):
        yield _text(COLUMNS[0], y + 13, "invalid", kind)
        return
    yield from _bar(
        (COLUMNS[0], y), rate, most[0], f"{rate.median:,.0f}/s · {_duration(p99.median)}", kind
    )
    yield from _bar((COLUMNS[1], y), cpu, most[1], f"{cpu.median:,.0f} µs", kind)


def _bar(at: tuple[int, int], spread: Spread, most: float, text: str, kind: str) -> Iterator[str]:
    x, y = at
    length, low, high = (LONGEST * value / most for value in spread)
    middle = y + 3 + BAR / 2
    yield f'<rect class="bar {kind}" x="{x}" y="{y + 3}" width="{length:.1f}" height="{BAR}" rx="2"/>'
    yield f'<line class="whisker" x1="{x + low:.1f}" x2="{x + high:.1f}" y1="{middle}" y2="{middle}"/>'
    yield _text(round(x + high) + 8, y + 13, text, kind)


def _rule(y: int) -> str:
    return f'<line class="rule" x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y - 4}" y2="{y - 4}"/>'


def _duration(milliseconds: float) -> str:
    return f"{milliseconds / 1e3:.1f} s" if milliseconds >= 1_000 else f"{milliseconds:.0f} ms"


def _text(x: int, y: int, text: str, kind: str, more: str = "") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" {more}>{escape(text)}</text>'
