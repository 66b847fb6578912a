"""Moving an account to another phone, which is proved by a code.

The current session, whose login must be recent, is the proof of the phone before.
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from referral_api import security_log
from referral_api.database import violated_constraint
from referral_api.errors import CodeExpired, CodeInvalid, PhoneTaken, Refusal, Unauthenticated
from referral_api.models import LoginChallenge, LoginRequest, User
from referral_api.networks import Network
from referral_api.services import limits, login, own_sessions, profiles, sms_counts


def change(
    *,
    user_id: int,
    session_id: UUID | None,
    phone: str,
    code: str,
    request_id: UUID,
    network: Network,
) -> profiles.Profile:
    """Spends a try of the request for the new phone. The right code moves the account there.

    Raises Unauthenticated, LoginNotRecent, CodeInvalid, CodeExpired, PhoneTaken, TooManyRequests.
    """
    own_sessions.require_recent_login(user_id=user_id, session_id=session_id)
    refusal = proved_change(
        user_id=user_id, phone=phone, code=code, request_id=request_id, network=network
    )
    if refusal is not None:
        record_refusal(refusal, phone=phone, network=network)
        raise refusal
    security_log.record("phone_changed", user_id=user_id, phone=phone, network=network)
    return profiles.read(user_id=user_id)


def record_refusal(refusal: Refusal, *, phone: str, network: Network) -> None:
    """In the security log. Only a bound caller is told how many tries are left."""
    if isinstance(refusal, CodeInvalid):
        is_bound = refusal.attempts_left is not None
        security_log.record("wrong_code", phone=phone, network=network, bound=is_bound)
    else:
        security_log.record(
            "phone_change_refused", phone=phone, network=network, reason=refusal.code
        )


def proved_change(
    *, user_id: int, phone: str, code: str, request_id: UUID, network: Network
) -> Refusal | None:
    now = timezone.now()
    own_try = LoginRequest.objects.spend_try(request_id=request_id, phone=phone, now=now)
    if own_try is None:
        limits.spend(limits.wrong_logins.of_network(network))
        return CodeInvalid()
    challenge = login.right_challenge(
        own_try, phone=phone, code=code, network=network, day=now.date()
    )
    if isinstance(challenge, Refusal):
        return challenge
    # Decide inside the transaction, raise outside: a code that was right is used in any case.
    with transaction.atomic():
        if not LoginChallenge.objects.use(challenge, now=now):
            return CodeExpired()
        sms_counts.confirm(challenge_id=challenge.id)
        return move(user_id=user_id, phone=phone)


def move(*, user_id: int, phone: str) -> Refusal | None:
    """In the transaction that uses the code.

    A phone that is taken is seen before the update: two who swap their phones at one moment would
    else wait for each other. The constraint has the last word.
    """
    if User.objects.filter(phone=phone).exclude(pk=user_id).exists():
        return PhoneTaken()
    try:
        with transaction.atomic():
            moved = User.objects.filter(pk=user_id, is_active=True).update(phone=phone)
    except IntegrityError as error:
        if violated_constraint(error) != "user_phone_once":
            raise
        return PhoneTaken()
    return None if moved else Unauthenticated()
