"""Whatever is killed, the next connection works, and nothing runs without users."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backend.embedded_postgres import server
from backend.embedded_postgres.binaries import find_binaries
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.tests.support import (
    NewUser,
    comes_true,
    guard,
    postmaster,
    stops,
    supervisor,
)


@pytest.mark.usefixtures("data_from_before")
def test_a_killed_server_starts_again_at_the_next_connection(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    os.kill(postmaster(folder), signal.SIGKILL)
    assert user.connect_again() == "referral_api"


@pytest.mark.usefixtures("data_from_before")
def test_a_killed_supervisor_is_replaced_and_the_server_goes_on(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    before = postmaster(folder)
    os.kill(supervisor(folder), signal.SIGKILL)
    assert user.connect_again() == "referral_api"
    assert postmaster(folder) == before


@pytest.mark.usefixtures("data_from_before")
def test_it_stops_though_user_and_supervisor_were_killed_at_once(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    os.kill(supervisor(folder), signal.SIGKILL)
    user.kill()
    assert stops(folder)


@pytest.mark.usefixtures("data_from_before")
def test_everything_killed_at_once_leaves_nothing_that_hinders_the_next_start(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    killed = postmaster(folder)
    for pid in (guard(folder), supervisor(folder), killed):
        os.kill(pid, signal.SIGKILL)
    user.kill()
    assert stops(folder)
    # As after the restart of a container: the pid is another process's by now.
    assert folder.data
    pid_file = folder.data / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(killed), "1", 1))
    assert new_user().database() == "referral_api"


# Creates the data in the folder of the first argument with the initdb in the second.
CREATION = """
import sys
from pathlib import Path
from backend.embedded_postgres import cluster
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.privileges import account_for
folder, binaries = ServerFolder(Path(sys.argv[1])), Path(sys.argv[2])
folder.prepare()
cluster.create(folder, account_for(folder, binaries), binaries)
"""
# The real initdb, which says its pid at the end, and does not end.
INITDB = """#!/bin/sh
[ "$1" = --version ] && exec "{initdb}" --version
"{initdb}" "$@" && echo $$ > "$2/waiting" && exec tail -f "$2/waiting"
"""


def test_a_killed_initdb_leaves_nothing_that_hinders_the_next_start(
    folder: ServerFolder, new_user: NewUser, tmp_path: Path
) -> None:
    initdb = tmp_path / "initdb"
    initdb.write_text(INITDB.format(initdb=find_binaries() / "initdb"))
    initdb.chmod(0o755)
    command = [sys.executable, "-c", CREATION, str(folder.path), str(tmp_path)]
    with subprocess.Popen(command, cwd=server.IMPORT_ROOT) as creation:
        assert comes_true(lambda: any(folder.path.glob("initdb-*/waiting")))
        creation.kill()
    waiting = next(folder.path.glob("initdb-*/waiting"))
    assert comes_true(lambda: waiting.read_text().endswith("\n"))
    os.kill(int(waiting.read_text()), signal.SIGKILL)
    assert folder.data is None
    assert new_user().database() == "referral_api"
    assert not any(folder.path.glob("initdb-*"))
