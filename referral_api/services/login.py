"""Request 2: the code comes back, and a session begins.

A bound caller needs two statements. One spends a try and brings what is needed to compare the code;
the other does what the right code does (sql/functions/log_in.sql). Each is complete by itself, so
there is no transaction around them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from referral_api import device_tokens, security_log
from referral_api.errors import AccountDisabled, CodeExpired, CodeInvalid, Refusal
from referral_api.invite_codes import new_invite_codes
from referral_api.keyed_hashes import activated_phone_digest
from referral_api.models import STRANGERS, LoginChallenge, LoginRequest, WrongTries
from referral_api.models.login import OwnTry
from referral_api.networks import Network
from referral_api.services import invites, limits, sessions
from referral_api.sql import QUERIES


@dataclass(frozen=True)
class Login(sessions.Tokens):
    is_new_user: bool
    device_token: str
    invite_problem: Refusal | None


@dataclass(frozen=True)
class Attempt:
    """To log in: who comes with which code, and what they want with it."""

    phone: str
    code: str
    network: Network
    device: UUID | None  # of a token that is valid for the phone
    invite_code: str | None
    user_agent: str
    now: datetime


def log_in(
    *,
    phone: str,
    code: str,
    network: Network,
    user_agent: str = "",
    request_id: UUID | None = None,
    invite_code: str | None = None,
    device_token: str | None = None,
) -> Login:
    """Spends one try. The right code begins a session, and makes the user at the first login.

    A bad invite code is reported, and never stops the login. Raises CodeInvalid, CodeExpired,
    AccountDisabled, TooManyRequests.
    """
    attempt = Attempt(
        phone=phone,
        code=code,
        network=network,
        device=device_tokens.device_of(device_token, phone=phone),
        invite_code=invite_code,
        user_agent=user_agent,
        now=timezone.now(),
    )
    own_try = None
    if request_id is not None:
        own_try = LoginRequest.objects.spend_try(
            request_id=request_id, phone=phone, now=attempt.now
        )
    if own_try is not None:
        outcome = try_own_code(attempt, own_try)
    elif settings.OTP_REQUIRE_REQUEST_ID:
        limits.spend(limits.wrong_logins.of_network(network))
        outcome = CodeInvalid()
    else:
        outcome = try_shared_codes(attempt)
    record(outcome, attempt, is_bound=own_try is not None)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def try_own_code(attempt: Attempt, own_try: OwnTry) -> Login | Refusal:
    challenge = right_challenge(
        own_try,
        phone=attempt.phone,
        code=attempt.code,
        network=attempt.network,
        day=attempt.now.date(),
    )
    if isinstance(challenge, Refusal):
        return challenge
    return open_session(attempt, challenge) or CodeExpired()


def right_challenge(
    own_try: OwnTry, *, phone: str, code: str, network: Network, day: date
) -> LoginChallenge | Refusal:
    """The challenge of a bound caller, where the code is right.

    They have tries of their own, so that no stranger can spend them. While there are some, no limit
    is asked: they are few already, and neighbours behind one address must not shut each other out.
    """
    challenge = own_try.challenge
    if challenge is None:
        if not own_try.had_tries:
            limits.spend(limits.wrong_logins.of_network(network))
        return CodeExpired()
    if not challenge.opens_with(code):
        WrongTries.objects.add(phone=phone, lane=challenge.lane, day=day)
        return CodeInvalid(attempts_left=own_try.tries_left)
    return challenge


def try_shared_codes(attempt: Attempt) -> Login | Refusal:
    """An unbound caller tries all codes that live for strangers and for their own device."""
    lanes = [STRANGERS] if attempt.device is None else [STRANGERS, attempt.device]
    with limits.charged(limits.wrong_logins.of_network(attempt.network)) as charge:
        # Decide inside the transaction, raise outside: a raise in there would give the tries back.
        with transaction.atomic():
            living = LoginChallenge.objects.spend_shared_tries(
                phone=attempt.phone, lanes=lanes, now=attempt.now
            )
            for challenge in living:
                if challenge.opens_with(attempt.code):
                    charge.give_back()
                    return open_session(attempt, challenge) or CodeInvalid()
                WrongTries.objects.add(
                    phone=attempt.phone, lane=challenge.lane, day=attempt.now.date()
                )
        return CodeInvalid()


def open_session(attempt: Attempt, challenge: LoginChallenge) -> Login | AccountDisabled | None:
    """What the right code does; None where another caller used it first.

    An invite code sent along is activated in the same transaction.
    """
    if not attempt.invite_code:
        return begin_session(attempt, challenge)
    with transaction.atomic():
        return begin_session(attempt, challenge)


def begin_session(attempt: Attempt, challenge: LoginChallenge) -> Login | AccountDisabled | None:
    session_id, token_id = uuid4(), uuid4()
    session_ends = sessions.first_expiry(attempt.now)
    parameters: dict[str, Any] = {
        "challenge_id": challenge.id,
        "phone": attempt.phone,
        "activated_digest": activated_phone_digest(attempt.phone),
        "lane": challenge.lane,
        "now": attempt.now,
        "invite_codes": new_invite_codes(),
        "session_id": session_id,
        "token_id": token_id,
        "session_ends": session_ends,
        "user_agent": attempt.user_agent,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["log_in"], parameters)
        user_id, is_active, is_new_user = cursor.fetchone()
    if user_id is None:
        return None
    if not is_active:
        return AccountDisabled()
    invite_problem = None
    if attempt.invite_code:
        invite_problem = invites.activation_problem(
            user_id=user_id, invite_code=attempt.invite_code
        )
    tokens = sessions.issue_tokens(
        session_id=session_id,
        user_id=user_id,
        token_id=token_id,
        issued_at=attempt.now,
        expires_at=session_ends,
    )
    device = attempt.device or device_of_lane(challenge)
    return Login(
        access=tokens.access,
        refresh=tokens.refresh,
        expires_in=tokens.expires_in,
        token_type=tokens.token_type,
        is_new_user=is_new_user,
        device_token=device_tokens.issue(phone=attempt.phone, device=device),
        invite_problem=invite_problem,
    )


def device_of_lane(challenge: LoginChallenge) -> UUID:
    """A code of a known device keeps its id; a stranger's code makes a new one."""
    if challenge.lane == STRANGERS:
        return device_tokens.new_device()
    return challenge.lane


def record(outcome: Login | Refusal, attempt: Attempt, *, is_bound: bool) -> None:
    """In the security log."""
    phone, network = attempt.phone, attempt.network
    if isinstance(outcome, Login):
        security_log.record(
            "login",
            phone=phone,
            network=network,
            is_new_user=outcome.is_new_user,
            known_device=attempt.device is not None,
        )
        return
    event: security_log.Event = "login_refused"
    if isinstance(outcome, CodeInvalid):
        event = "wrong_code"
    security_log.record(event, phone=phone, network=network, reason=outcome.code, bound=is_bound)
