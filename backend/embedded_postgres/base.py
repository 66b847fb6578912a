"""The ENGINE itself: Django's PostgreSQL backend, which starts its server when it connects."""

from pathlib import Path
from typing import Any

from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.db.backends.postgresql import base

from . import cluster, server
from .client import DatabaseClient
from .django_errors import as_django_errors
from .environment import forget_client_variables
from .folder import PORT, ServerFolder

CREATION_LOCK = 0x656D6265  # any number that is ours


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL in the folder that OPTIONS["data_dir"] names."""

    client_class = DatabaseClient

    @property
    def folder(self) -> ServerFolder:
        return ServerFolder(Path(self.settings_dict["OPTIONS"]["data_dir"]).absolute())

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        del params["data_dir"]
        return params | {"port": PORT, "user": cluster.SUPERUSER}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        database = conn_params["dbname"]
        try:
            return self._connect(conn_params)
        except self.Database.OperationalError as error:
            reason = str(error)
            if "timeout expired" in reason:  # it runs, and is silent: a start would not help
                raise
        if f'database "{database}" does not exist' not in reason:
            with as_django_errors():
                server.start(self.folder)
        elif database != "postgres" and not database.startswith(TEST_DATABASE_PREFIX):
            # Django itself creates and drops the databases of tests.
            self._create_database(database)
        return self._connect(conn_params)

    def _connect(self, conn_params: dict[str, Any]) -> Any:
        forget_client_variables()
        with as_django_errors():
            host = server.connect(self.folder)
        return super().get_new_connection(conn_params | {"host": host})

    def _create_database(self, name: str) -> None:
        with self._nodb_cursor() as cursor:
            # Several processes can come to this point at once: the lock lets one of them create it.
            cursor.execute("SELECT pg_advisory_lock(%s)", [CREATION_LOCK])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {self.ops.quote_name(name)}")
