"""Where the socket of a server is."""

import contextlib
import os
import stat
import tempfile
from hashlib import blake2b
from pathlib import Path

from . import locks
from .errors import Refused
from .folder import PORT, ServerFolder
from .privileges import Account

LONGEST = 103  # bytes in a socket's path: 107 on Linux, 103 on macOS


def make_socket_folder(folder: ServerFolder, account: Account) -> Path:
    """A short private folder: the path of the server's own folder can be too long for a socket.

    It has two levels, and the server writes into the inner one. Everybody who can pass the outer
    one can connect, and the server trusts them. So the outer one is open to us alone. There is one
    exception: where root's server runs as a plain `nobody`, `nobody` must pass it too.
    Raises Refused if another user has already made a folder of that name.
    """
    outer = _place(folder)
    with contextlib.suppress(FileExistsError):
        outer.mkdir(mode=0o700)
    _refuse_foreign_folder(outer, folder)
    outer.chmod(0o711 if account.drop else 0o700)
    inner = outer / "s"
    inner.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(inner, account.uid, account.gid)
    return inner


def _place(folder: ServerFolder) -> Path:
    # The name comes from the lock file, not from the path: when a folder is deleted under a running
    # server and made anew, each of the two servers has a socket of its own. Nobody writes to that
    # file, so its time is that of its creation. It tells apart two files with the same inode.
    lock = locks.open_file(folder.postgres_lock)
    found = os.fstat(lock)
    os.close(lock)
    identity = f"{found.st_dev}:{found.st_ino}:{found.st_mtime_ns}"
    digest = blake2b(identity.encode(), digest_size=6).hexdigest()
    for root in (tempfile.gettempdir(), "/tmp"):  # noqa: S108
        place = Path(root) / f"embedded-pg-{digest}"
        path_of_socket = os.fsencode(place / f"s/.s.PGSQL.{PORT}")
        # For libpq and for postgres, a comma separates two hosts.
        if len(path_of_socket) <= LONGEST and b"," not in path_of_socket:
            break
    return place


def _refuse_foreign_folder(outer: Path, folder: ServerFolder) -> None:
    """The name can be guessed: another local user can make such a folder or symlink before us."""
    found = outer.lstat()
    owner = folder.path.stat()
    if os.geteuid() == 0 and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
        os.chown(outer, owner.st_uid, owner.st_gid)
        found = outer.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.st_uid or found.st_mode & 0o066:
        raise Refused(
            f"{outer} is not a private folder of uid {owner.st_uid}: delete it, "
            "or set DATABASE_URL."
        )
