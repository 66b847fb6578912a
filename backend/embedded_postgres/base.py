from pathlib import Path
from typing import Any

from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.db.backends.postgresql import base

from . import cluster, server
from .client import DatabaseClient
from .django_errors import as_django_errors
from .folder import PORT, ServerFolder

CREATION_LOCK = 0x656D6265  # any number that is ours


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL, whose server starts at the first connection. OPTIONS["data_dir"] says where it lives."""

    client_class = DatabaseClient

    @property
    def folder(self) -> ServerFolder:
        return ServerFolder(Path(self.settings_dict["OPTIONS"]["data_dir"]).absolute())

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        del params["data_dir"]
        # All of them, lest PGPORT or PGUSER of the environment speak.
        return params | {"port": PORT, "user": cluster.SUPERUSER}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return self._connect(conn_params)
        except self.Database.OperationalError as error:
            self._mend(conn_params["dbname"], str(error))
        return self._connect(conn_params)

    def _connect(self, conn_params: dict[str, Any]) -> Any:
        with as_django_errors():
            host = server.connect(self.folder)
        return super().get_new_connection(conn_params | {"host": host})

    def _mend(self, database: str, error: str) -> None:
        if f'database "{database}" does not exist' not in error:
            with as_django_errors():
                server.start(self.folder)
        elif database != "postgres" and not database.startswith(TEST_DATABASE_PREFIX):
            self._create_database(
                database
            )  # not those of tests: Django itself makes and drops them

    def _create_database(self, name: str) -> None:
        with self._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_lock(%s)", [CREATION_LOCK]
            )  # others come at the same moment
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {self.ops.quote_name(name)}")
