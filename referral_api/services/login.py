"""Request 2: the code comes back, and a session begins."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from referral_api.errors import AccountDisabled, CodeExpired, CodeInvalid, Refusal
from referral_api.models import LoginChallenge, LoginRequest, WrongTries
from referral_api.services import invites, limits, sessions, users
from referral_api.services.unit_of_work import unit_of_work


@dataclass(frozen=True)
class Login(sessions.Tokens):
    is_new_user: bool
    invite_problem: Refusal | None


@unit_of_work
def log_in(
    *,
    phone: str,
    code: str,
    address: str,
    request_id: UUID | None = None,
    invite_code: str | None = None,
) -> Login:
    """Judges one try; the right code begins a session, and makes the user at the first login.

    A bad invite code is reported, and stops nothing. Raises CodeInvalid, CodeExpired, AccountDisabled,
    TooManyRequests.
    """
    failure = limits.wrong_logins.of(limits.network_of(address))
    limits.spend(
        failure
    )  # before the judgement, so that many tries at once find no gap; given back on success
    with (
        transaction.atomic()
    ):  # decide inside, raise outside: a raise in here would give the try back
        outcome = _judge(phone, code, request_id) or _enter(phone, invite_code, failure)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def _judge(phone: str, code: str, request_id: UUID | None) -> Refusal | None:
    """Spends one try; None where the code was right and is now used."""
    now = timezone.now()
    challenge = LoginChallenge.objects.open_for_update(phone=phone, now=now)
    request = (
        LoginRequest.objects.filter(pk=request_id, phone=phone).first() if request_id else None
    )
    if not _spend_try(challenge, request):
        return CodeExpired() if request else CodeInvalid()
    if challenge and challenge.opens_with(code) and challenge.use(now=now):
        return None
    WrongTries.objects.add(phone=phone, day=now.date())
    return CodeInvalid(attempts_left=request.tries_left - 1) if request else CodeInvalid()


def _spend_try(challenge: LoginChallenge | None, request: LoginRequest | None) -> bool:
    """A request has tries of its own; callers without one share others, so that no stranger burns the requester's."""
    if challenge is None:
        return False
    if request:
        return request.spend_try(challenge)
    return not settings.OTP_REQUIRE_REQUEST_ID and challenge.spend_shared_try()


def _enter(phone: str, invite_code: str | None, failure: limits.Unit) -> Login | AccountDisabled:
    limits.give_back(failure)
    arrival = users.arrive(phone=phone)
    if not arrival.user.is_active:
        return AccountDisabled()
    problem = invites.try_to_tie(arrival.user.pk, invite_code) if invite_code else None
    tokens = sessions.begin(arrival.user.pk)
    return Login(**vars(tokens), is_new_user=arrival.is_new, invite_problem=problem)
