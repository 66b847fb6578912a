"""The tables. The named constraints have the last word on every "once"."""

from referral_api.models.deletions import ActivatedPhone
from referral_api.models.limits import LimitState
from referral_api.models.login import STRANGERS, LoginChallenge, LoginRequest, WrongTries
from referral_api.models.sessions import Session
from referral_api.models.users import Activation, User

__all__ = [
    "STRANGERS",
    "ActivatedPhone",
    "Activation",
    "LimitState",
    "LoginChallenge",
    "LoginRequest",
    "Session",
    "User",
    "WrongTries",
]
