"""Real servers in folders of their own; none of these tests needs the database of the others."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.embedded_postgres import binaries, cluster, server
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.privileges import account_for
from backend.embedded_postgres.tests.support import NewUser, User


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> ServerFolder:
    folder = ServerFolder(tmp_path_factory.mktemp("initialised") / ".postgres")
    folder.prepare()
    found = binaries.find_binaries()
    cluster.create(folder, account_for(folder, found), found)
    return folder


@pytest.fixture
def data_from_before(initialised: ServerFolder, folder: ServerFolder) -> None:
    """Saves an initdb where the first start is not the question."""
    folder.prepare()
    assert initialised.data
    subprocess.run(["cp", "-a", initialised.data, folder.path], check=True)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ServerFolder]:
    folder = ServerFolder(tmp_path / "checkout" / ".postgres")
    yield folder
    server.stop(folder)


@pytest.fixture
def new_user(folder: ServerFolder) -> Iterator[NewUser]:
    users: list[User] = []

    def new(**variables: str) -> User:
        users.append(User(folder, **variables))
        return users[-1]

    yield new
    for user in users:
        user.kill()
