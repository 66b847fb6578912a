"""Request 2: the code comes back, and a session begins.

A bound caller needs two statements. One spends a try and brings what is needed to compare the code;
the other does what the right code does (sql/functions/log_in.sql). Each is complete by itself, so
there is no transaction around them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

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
class Caller:
    """Who comes with a code, and what they want with it."""

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
    caller = Caller(
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
        own_try = LoginRequest.objects.spend_try(request_id=request_id, phone=phone, now=caller.now)
    if own_try is not None:
        outcome = try_own_code(caller, own_try)
    elif settings.OTP_REQUIRE_REQUEST_ID:
        limits.spend(limits.wrong_logins.of_network(network))
        outcome = CodeInvalid()
    else:
        outcome = try_shared_codes(caller)
    record(outcome, caller, is_bound=own_try is not None)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def try_own_code(caller: Caller, own_try: OwnTry) -> Login | Refusal:
    challenge = right_challenge(
        own_try,
        phone=caller.phone,
        code=caller.code,
        network=caller.network,
        day=caller.now.date(),
    )
    if isinstance(challenge, Refusal):
        return challenge
    return open_session(caller, challenge) or CodeExpired()


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


def try_shared_codes(caller: Caller) -> Login | Refusal:
    """An unbound caller tries all codes that live for strangers and for their own device."""
    lanes = [STRANGERS] if caller.device is None else [STRANGERS, caller.device]
    with limits.charged(limits.wrong_logins.of_network(caller.network)) as charge:
        # Decide inside the transaction, raise outside: a raise in there would give the tries back.
        with transaction.atomic():
            living = LoginChallenge.objects.spend_shared_tries(
                phone=caller.phone, lanes=lanes, now=caller.now
            )
            for challenge in living:
                if challenge.opens_with(caller.code):
                    charge.give_back()
                    return open_session(caller, challenge) or CodeInvalid()
                WrongTries.objects.add(
                    phone=caller.phone, lane=challenge.lane, day=caller.now.date()
                )
        return CodeInvalid()


def open_session(caller: Caller, challenge: LoginChallenge) -> Login | AccountDisabled | None:
    """What the right code does; None where another caller used it first.

    An invite code sent along is activated in the same transaction.
    """
    if not caller.invite_code:
        return begin_session(caller, challenge)
    with transaction.atomic():
        return begin_session(caller, challenge)


def begin_session(caller: Caller, challenge: LoginChallenge) -> Login | AccountDisabled | None:
    session = sessions.new_session(now=caller.now)
    parameters: dict[str, Any] = {
        "challenge_id": challenge.id,
        "phone": caller.phone,
        "activated_digest": activated_phone_digest(caller.phone),
        "lane": challenge.lane,
        "now": caller.now,
        "invite_codes": new_invite_codes(),
        "session_id": session.pk,
        "token_id": session.current_token,
        "session_ends": session.expires_at,
        "user_agent": caller.user_agent,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["log_in"], parameters)
        user_id, is_active, is_new_user = cursor.fetchone()
    if user_id is None:
        return None
    if not is_active:
        return AccountDisabled()
    invite_problem = None
    if caller.invite_code:
        invite_problem = invites.activation_problem(user_id=user_id, invite_code=caller.invite_code)
    session.user_id = user_id
    tokens = sessions.issue_tokens(session)
    device = caller.device or device_of_lane(challenge)
    return Login(
        access=tokens.access,
        refresh=tokens.refresh,
        expires_in=tokens.expires_in,
        token_type=tokens.token_type,
        is_new_user=is_new_user,
        device_token=device_tokens.issue(phone=caller.phone, device=device),
        invite_problem=invite_problem,
    )


def device_of_lane(challenge: LoginChallenge) -> UUID:
    """A code of a known device keeps its id; a stranger's code makes a new one."""
    if challenge.lane == STRANGERS:
        return device_tokens.new_device()
    return challenge.lane


def record(outcome: Login | Refusal, caller: Caller, *, is_bound: bool) -> None:
    """In the security log."""
    phone, network = caller.phone, caller.network
    if isinstance(outcome, Login):
        security_log.record(
            "login",
            phone=phone,
            network=network,
            is_new_user=outcome.is_new_user,
            known_device=caller.device is not None,
        )
        return
    event: security_log.Event = "login_refused"
    if isinstance(outcome, CodeInvalid):
        event = "wrong_code"
    security_log.record(event, phone=phone, network=network, reason=outcome.code, bound=is_bound)
