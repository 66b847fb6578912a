"""What makes the start quicker and a worker smaller. It is imported first."""

import gc
import sys


def collect_garbage_rarely() -> None:
    """A start makes a hundred thousand objects that stay; looking for garbage took a sixth of it.

    Python's own threshold is 700 new objects. backend/asgi/ exempts what is there after the start.
    """
    gc.set_threshold(50_000, 20, 50)


def import_jwt_without_cryptography() -> None:
    """PyJWT imports `cryptography` where it is installed, for kinds of keys that we do not have.

    HMAC needs the standard library alone. That is 9 MiB of each worker. Where other code wants
    `cryptography`, it can import it afterwards.
    """
    if "cryptography" in sys.modules:
        return
    # "If the value is None, then a ModuleNotFoundError is raised" (Python's reference, 5.3.1).
    sys.modules["cryptography"] = None  # type: ignore[assignment]
    try:
        import jwt  # noqa: F401
    finally:
        del sys.modules["cryptography"]
