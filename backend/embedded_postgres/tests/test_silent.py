"""A server that runs and does not answer, as when somebody has stopped its processes."""

import pytest
from django.db.utils import ConnectionHandler
from psycopg2 import OperationalError

from backend.embedded_postgres import server
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.tests.support import frozen, postmaster


@pytest.mark.usefixtures("data_from_before")
def test_a_connection_gives_it_up_and_does_not_try_to_start_it(folder: ServerFolder) -> None:
    server.connect(folder)
    database = {
        "ENGINE": "backend.embedded_postgres",
        "NAME": "postgres",
        "OPTIONS": {"data_dir": str(folder.path), "connect_timeout": 2},
    }
    connection = ConnectionHandler({"default": database})["default"]
    parameters = connection.get_connection_params()
    with frozen(postmaster(folder)), pytest.raises(OperationalError, match="timeout expired"):
        connection.get_new_connection(parameters)
    connection.get_new_connection(parameters).close()
