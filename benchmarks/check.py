"""Before anything is timed: does every contender do the work, and answer what this service answers?"""

import http.client
import json
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.data import Population
from benchmarks.servers import Server
from benchmarks.works import Work


def answers_agree(cells: Sequence[tuple[Work, Server, Path]]) -> None:
    """Asks each for the same; exits where one answers otherwise than the first on the same data."""
    expected: dict[Population, Any] = {}
    for work, server, requests in cells:
        work.prepare(server.population)
        answers = [_answer(work, server, line) for line in _first_lines(requests, work.checked)]
        if answers != expected.setdefault(server.population, answers):
            wanted = expected[server.population]
            sys.exit(f"{work.title}: {server.key} answers\n{answers}\ninstead of\n{wanted}")


def _first_lines(requests: Path, number: int) -> list[str]:
    with requests.open() as lines:
        return [line.rstrip("\n") for line in islice(lines, number)]


def _answer(work: Work, server: Server, line: str) -> tuple[int, Any]:
    """Status and body; of a body with random values the keys and types alone."""
    status, body = _ask(server, line)
    if status > 299:
        sys.exit(f"{work.title}: {server.key} answers {status}: {body!r}")
    return status, body if work.same_answer else _shape(body)


def _ask(server: Server, line: str) -> tuple[int, Any]:
    method, path, token, body = line.split("\t")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    if body:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, body or None, headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, json.loads(text) if text[:1] in "{[" else text


def _shape(answer: Any) -> Any:
    """Its keys and the types of its values."""
    if isinstance(answer, dict):
        return {key: _shape(value) for key, value in sorted(answer.items())}
    return type(answer).__name__
