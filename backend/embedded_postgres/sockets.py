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
    """A short private folder, since the checkout's own path may be too long for a socket.

    Two levels: the inner one is the server's to write in. Who can pass the outer one can connect, and the server
    trusts him: it is ours alone, save where root's server runs as a plain `nobody`, who has to pass it.
    """
    outer = _place(folder)
    with contextlib.suppress(FileExistsError):
        outer.mkdir(mode=0o700)
    _refuse_squatter(outer, folder)
    outer.chmod(0o711 if account.drop else 0o700)
    inner = outer / "s"
    inner.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(inner, account.uid, account.gid)
    return inner


def _place(folder: ServerFolder) -> Path:
    # By the lock file, not by path: a folder deleted and made anew under a running server gets a socket of its own.
    # Nobody writes to that file, so its time is that of its creation, and tells apart two that get the same inode.
    lock = locks.open_file(folder.postgres_lock)
    found = os.fstat(lock)
    os.close(lock)
    digest = blake2b(
        f"{found.st_dev}:{found.st_ino}:{found.st_mtime_ns}".encode(), digest_size=6
    ).hexdigest()
    places = [Path(root) / f"embedded-pg-{digest}" for root in (tempfile.gettempdir(), "/tmp")]  # noqa: S108
    return next((place for place in places if _is_usable(place)), places[-1])


def _is_usable(place: Path) -> bool:
    # A comma parts two hosts, for libpq and for postgres alike.
    return "," not in str(place) and len(os.fsencode(place / f"s/.s.PGSQL.{PORT}")) <= LONGEST


def _refuse_squatter(outer: Path, folder: ServerFolder) -> None:
    """The name can be foreseen, so another local user could have made the folder, or a symlink, before us."""
    found, owner = outer.lstat(), folder.path.stat()
    if os.geteuid() == 0 and found.st_uid == 0 and stat.S_ISDIR(found.st_mode):
        os.chown(outer, owner.st_uid, owner.st_gid)
        found = outer.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.st_uid or found.st_mode & 0o066:
        raise Refused(
            f"{outer} is not a private folder of uid {owner.st_uid}: delete it, or set DATABASE_URL."
        )
