"""What PostgreSQL means to do for a statement, and what it then read."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection

from referral_api.tests.support.many_users import TABLES

# Of this transaction: of functions and triggers too, whose statements no wrapper of ours sees.
SCANS = "SELECT relname, pg_stat_get_xact_numscans(oid) FROM pg_class WHERE relname = ANY(%s)"
ROWS = """
SELECT sum(pg_stat_get_xact_tuples_returned(t.oid))
     + (SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid))
          FROM pg_index WHERE indrelid = ANY(array_agg(t.oid)))
  FROM pg_class t WHERE relname = ANY(%s)
"""
WITH_A_PLAN = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
Node = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """EXPLAIN's answer."""

    statement: str
    root: Node

    def __str__(self) -> str:
        return f"{self.statement}\n{json.dumps(self.root, indent=1)}"

    def steps(self) -> list[tuple[str, str | None]]:
        """What each node does, and with which index or table."""
        return [
            (node["Node Type"], node.get("Index Name") or node.get("Relation Name"))
            for node in below(self.root)
        ]

    def reads_a_table_from_end_to_end(self) -> bool:
        return not all(goes_by_a_key(node) for node in scans(below(self.root)))

    def sorts_more_than_a_page(self) -> bool:
        for node in below(self.root):
            if "Sort" in node["Node Type"]:
                sorted_rows = [scan["Plan Rows"] for scan in scans(below(node, until="Limit"))]
                if max(sorted_rows, default=0) > 1:
                    return True
        return False


def below(node: Node, *, until: str = "") -> Iterator[Node]:
    """The node and all under it, but nothing under a node of the type `until`."""
    yield node
    if node["Node Type"] != until:
        for part in node.get("Plans", ()):
            yield from below(part, until=until)


def scans(nodes: Iterator[Node]) -> Iterator[Node]:
    for node in nodes:
        if node["Node Type"].endswith("Scan") and node.get("Relation Name") in TABLES:
            yield node


def goes_by_a_key(scan: Node) -> bool:
    return "Index Cond" in scan or scan["Node Type"] == "Bitmap Heap Scan"


@contextmanager
def explained() -> Iterator[list[Plan]]:
    """The plans of all statements in the block, each asked for right before it runs."""
    plans: list[Plan] = []
    with connection.execute_wrapper(partial(_explain, plans)):
        yield plans


def _explain(
    plans: list[Plan], execute: Callable[..., Any], sql: str, params: Any, *rest: Any
) -> Any:
    if has_a_plan(sql):
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plans.append(Plan(sql, cursor.fetchone()[0][0]["Plan"]))
    return execute(sql, params, *rest)


@contextmanager
def noted() -> Iterator[list[str]]:
    """The statements in the block that have a plan."""
    statements: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if has_a_plan(sql):
            statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield statements


def has_a_plan(sql: str) -> bool:
    return sql.split(maxsplit=1)[0] in WITH_A_PLAN


def scanned() -> dict[str, int]:
    """How often this transaction has read each table from end to end."""
    return {str(table): int(times) for table, times in _answer(SCANS)}


def rows_read() -> int:
    """How many rows of the tables and entries of their indexes this transaction has read."""
    ((rows,),) = _answer(ROWS)
    return int(rows)


def _answer(sql: str) -> list[Any]:
    with connection.connection.cursor() as cursor:  # past the wrappers above
        cursor.execute(sql, [list(TABLES)])
        return list(cursor.fetchall())
