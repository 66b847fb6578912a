"""Before anything is timed: does every contender do the work, and answer what this service answers?"""

import http.client
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.data import Stage
from benchmarks.servers import Server
from benchmarks.works import Work


def answers_agree(cells: Sequence[tuple[Work, Server, Path]]) -> None:
    """Asks each for the same; exits where one answers otherwise than the first on the same data."""
    expected: dict[Stage, Any] = {}
    for work, server, requests in cells:
        work.prepare(server.stage)
        status, body = _ask(server, requests)
        if status != work.status:
            sys.exit(
                f"{work.title}: {server.key} answers {status} instead of {work.status}: {body!r}"
            )
        answer = body if work.same_answer else _shape(body)
        if answer != expected.setdefault(server.stage, answer):
            sys.exit(
                f"{work.title}: {server.key} answers\n{answer}\ninstead of\n{expected[server.stage]}"
            )


def _ask(server: Server, requests: Path) -> tuple[int, Any]:
    with requests.open() as lines:
        method, path, token, body = lines.readline().rstrip("\n").split("\t")
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
