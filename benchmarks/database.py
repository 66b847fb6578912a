"""The PostgreSQL of the benchmark: the service's embedded one in a folder of its own, or that of BENCH_DATABASE_URL."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
from psycopg2 import sql

from backend.embedded_postgres import cluster, server
from backend.embedded_postgres.folder import PORT, ServerFolder

Parameters = Sequence[Any] | Mapping[str, Any] | None
ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build/benchmarks"
GIVEN = os.environ.get("BENCH_DATABASE_URL", "")


class Database:
    """One database and a connection to it, without transactions."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.url = _url(name)
        self.is_local = not GIVEN  # then its processes can be seen
        self._connection = psycopg2.connect(self.url, application_name="benchmarks")
        self._connection.autocommit = True

    def run(self, statement: str, parameters: Parameters = None) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, parameters: Parameters = None) -> Any:
        return self.run(statement, parameters)[0][0]

    def create(self, name: str) -> None:
        """Anew: an older one of that name goes."""
        for command in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {}"):
            with self._connection.cursor() as cursor:
                cursor.execute(sql.SQL(command).format(sql.Identifier(name)))

    def has(self, name: str) -> bool:
        return bool(self.run("SELECT 1 FROM pg_database WHERE datname = %s", [name]))

    def backends(self, application: str) -> list[int]:
        """Process ids of the connections of an application."""
        statement = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = %s"
        return [pid for (pid,) in self.run(statement, [self.name, application])]

    def worked(self, application: str, *, within: float) -> bool:
        """Whether a connection of the application has done something in the last seconds."""
        statement = """
            SELECT count(*) > 0 FROM pg_stat_activity
             WHERE datname = %s AND application_name = %s
               AND (state <> 'idle' OR state_change > clock_timestamp() - %s * interval '1 s')"""
        return bool(self.value(statement, [self.name, application, within]))

    def close(self) -> None:
        self._connection.close()


def administration() -> Database:
    return Database("postgres")


def _url(name: str) -> str:
    if GIVEN:
        return urlsplit(GIVEN)._replace(path=f"/{name}").geturl()
    socket = server.connect(
        ServerFolder(BUILD / "postgres")
    )  # it stops when this process has ended
    return f"postgresql://{cluster.SUPERUSER}@{quote(socket, safe='')}:{PORT}/{name}"


def with_application(url: str, application: str) -> str:
    """The address, under a name by which PostgreSQL tells the contenders apart."""
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, f"application_name={application}"]))
    return parts._replace(query=query).geturl()
