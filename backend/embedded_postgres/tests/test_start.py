"""The server starts with its first user."""

import os
import pwd
from pathlib import Path

import pytest

from backend.embedded_postgres import server
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.tests.support import NewUser, User, supervisor


def test_the_first_connection_starts_the_server_and_creates_the_database(new_user: NewUser) -> None:
    assert new_user().database() == "referral_api"


def test_ten_processes_at_once_share_one_server(folder: ServerFolder, new_user: NewUser) -> None:
    users = [new_user() for _ in range(10)]
    assert {user.database() for user in users} == {"referral_api"}
    assert folder.log.read_text().count("starting PostgreSQL") == 1
    assert supervisor(folder) > 0


def test_a_long_path_with_spaces_works(tmp_path: Path) -> None:
    long_name = "so long " * 15
    checkout = tmp_path / 'Иван\'s "checkout", 100%' / long_name / long_name
    checkout.mkdir(parents=True)
    folder = ServerFolder(checkout / ".postgres")
    user = User(folder)
    try:
        assert user.database() == "referral_api"
    finally:
        user.kill()
        server.stop(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to become")
def test_root_serves_a_private_home_as_an_unprivileged_user(
    folder: ServerFolder, new_user: NewUser
) -> None:
    home = folder.path.parent
    home.mkdir(mode=0o700)
    assert new_user().database() == "referral_api"
    assert folder.data
    assert folder.data.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert home.stat().st_mode & 0o777 == 0o700
