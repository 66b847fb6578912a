"""The server stops after its last user, or when it is told to."""

from pathlib import Path

import pytest

from backend.embedded_postgres import locks, server
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.supervisor import GRACE_SECONDS
from backend.embedded_postgres.tests.support import NewUser, comes_true, frozen, postmaster, stops

pytestmark = pytest.mark.usefixtures("data_from_before")


def test_it_stops_when_its_last_user_is_killed(folder: ServerFolder, new_user: NewUser) -> None:
    first, last = new_user(), new_user()
    assert first.database() == last.database()
    socket = folder.socket
    first.kill()
    # Watched for longer than the grace. A slow machine cannot make this fail.
    assert not comes_true(lambda: not locks.held(folder.postgres_lock), within=GRACE_SECONDS + 0.5)
    last.kill()
    assert stops(folder)
    assert socket
    assert not Path(socket).parent.exists()


def test_a_user_who_comes_while_it_stops_gets_a_running_server(
    folder: ServerFolder, new_user: NewUser
) -> None:
    last = new_user()
    assert last.database() == "referral_api"
    old = postmaster(folder)
    with frozen(old):  # so that it cannot stop before the next user is there
        last.kill()
        assert comes_true(lambda: is_being_stopped(folder))
        user = new_user()
        user.begins_to_connect()
        assert locks.held(folder.postgres_lock)
    assert user.database() == "referral_api"
    assert postmaster(folder) != old


def is_being_stopped(folder: ServerFolder) -> bool:
    """The supervisor keeps this lock from then on; before, it takes it only for a moment."""
    return not comes_true(lambda: not locks.held(folder.users_lock), within=0.1)


def test_a_user_who_comes_within_the_grace_gets_the_same_server(
    folder: ServerFolder, new_user: NewUser
) -> None:
    first, second = new_user(), new_user()
    assert first.database() == "referral_api"
    before = postmaster(folder)
    first.kill()
    assert second.database() == "referral_api"
    assert postmaster(folder) == before


def test_the_stop_command_stops_it_and_users_start_it_again(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    assert server.status(folder).startswith("running")
    assert server.stop(folder)
    assert server.status(folder).startswith("stopped")
    assert not server.stop(folder)
    assert user.connect_again() == "referral_api"
