"""Where it cannot work, it says what to do."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.embedded_postgres import binaries, server
from backend.embedded_postgres.errors import Refused
from backend.embedded_postgres.folder import ServerFolder
from backend.embedded_postgres.privileges import Account
from backend.embedded_postgres.sockets import make_socket_folder


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


@pytest.mark.usefixtures("data_from_before")
def test_the_data_of_another_major_version_are_named_at_once(folder: ServerFolder) -> None:
    assert folder.data
    (folder.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(Refused) as refused:
        server.connect(folder)
    text = str(refused.value)
    assert "data of PostgreSQL 9.6, and PostgreSQL 1" in text
    assert f"delete {folder.path} to begin anew" in text
    assert "or set DATABASE_URL." in text
