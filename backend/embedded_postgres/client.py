"""`manage.py dbshell`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import client

from . import cluster, server
from .binaries import find_binaries
from .django_errors import as_django_errors
from .folder import PORT, ServerFolder


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell`, with the psql that belongs to the server."""

    def runshell(self, parameters: Iterable[str]) -> None:
        # Starts the server, creates the database, and forgets the variables of psql.
        self.connection.ensure_connection()
        self.connection.close()
        super().runshell(parameters)

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        folder = ServerFolder(Path(settings_dict["OPTIONS"]["data_dir"]).absolute())
        with as_django_errors():
            psql = find_binaries() / "psql"
            host = server.connect(folder)
        reachable = settings_dict | {"HOST": host, "PORT": PORT, "USER": cluster.SUPERUSER}
        args, env = super().settings_to_cmd_args_env(reachable, parameters)
        return [str(psql), *args[1:]], env
