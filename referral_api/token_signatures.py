"""How access and refresh tokens are signed: HS256 of PyJWT, with a key that is looked at once."""

from functools import lru_cache

import jwt
from jwt.algorithms import HMACAlgorithm

HS256 = "HS256"
prepared = lru_cache(maxsize=2)(HMACAlgorithm(HMACAlgorithm.SHA256).prepare_key)


class PreparedHMAC(HMACAlgorithm):
    """PyJWT asks at each use whether the key could be a certificate or a JWK.

    That costs as much as a signature, and our key stays the same.
    """

    def prepare_key(self, key: str | bytes) -> bytes:
        return prepared(key)


def look_at_key_once() -> None:
    """For this process."""
    jwt.unregister_algorithm(HS256)
    jwt.register_algorithm(HS256, PreparedHMAC(HMACAlgorithm.SHA256))
