"""Somebody moves or deletes the folder of a running server, or that of its socket."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.embedded_postgres import locks, server
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.tests.support import NewUser, comes_true, postmaster, stops

pytestmark = pytest.mark.usefixtures("data_from_before")


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[ServerFolder]:
    moved = ServerFolder(tmp_path / "moved")
    yield moved
    server.stop(moved)


def delete(folder: ServerFolder, moved: ServerFolder) -> None:
    """Delete the data; keep the locks elsewhere, to see when the old server has stopped."""
    folder.path.rename(moved.path)
    assert moved.data
    # The server still writes, so that files can come back while they are deleted.
    shutil.rmtree(moved.data, ignore_errors=True)


def test_a_folder_deleted_under_a_running_server_is_made_anew(
    folder: ServerFolder, moved: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    delete(folder, moved)
    assert user.connect_again() == "referral_api"
    assert stops(moved)
    assert locks.held(folder.postgres_lock)


def test_the_server_of_a_deleted_folder_writes_nothing_into_the_new_one(
    folder: ServerFolder, moved: ServerFolder, new_user: NewUser
) -> None:
    user, last_user_of_the_old = new_user(), new_user()
    assert user.database() == last_user_of_the_old.database() == "referral_api"
    delete(folder, moved)
    assert user.connect_again() == "referral_api"
    assert server.stop(folder)
    # The old server makes its last checkpoint while the new one is at rest and cannot correct it.
    last_user_of_the_old.kill()
    assert stops(moved)
    assert user.connect_again() == "referral_api"
    assert "different database system" not in folder.log.read_text()


def test_a_moved_server_and_the_new_one_keep_their_own_data(
    folder: ServerFolder, moved: ServerFolder, new_user: NewUser
) -> None:
    user, last_user_of_the_old = new_user(), new_user()
    assert user.database() == last_user_of_the_old.database() == "referral_api"
    folder.path.rename(moved.path)
    assert user.connect_again() == "referral_api"
    assert server.stop(folder)
    last_user_of_the_old.kill()
    assert stops(moved)
    assert server.connect(moved)
    assert user.connect_again() == "referral_api"


def test_data_deleted_alone_under_a_running_server_is_made_anew(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    data = folder.data
    assert data
    before = postmaster(folder)
    lock_of_the_old = locks.open_file(folder.postgres_lock)
    while data.exists():  # the server still writes
        shutil.rmtree(data, ignore_errors=True)
    assert user.connect_again() == "referral_api"
    assert postmaster(folder) != before
    assert comes_true(lambda: locks.attempt(lock_of_the_old, fcntl.LOCK_SH))
    os.close(lock_of_the_old)


def test_a_socket_deleted_under_a_running_server_is_made_anew(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user, other = new_user(), new_user()
    assert user.database() == other.database() == "referral_api"
    before = postmaster(folder)
    assert folder.socket
    shutil.rmtree(Path(folder.socket).parent)
    assert server.status(folder).startswith("out of reach: its socket was deleted")
    assert user.connect_again() == "referral_api"
    assert other.connect_again() == "referral_api"
    assert postmaster(folder) != before
    assert server.status(folder).startswith("running")
