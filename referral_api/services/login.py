"""Request 2: the code comes back, and a session begins."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from referral_api.errors import AccountDisabled, CodeExpired, CodeInvalid, Refusal
from referral_api.models import LoginChallenge, LoginRequest, WrongTries
from referral_api.services import invites, limits, sessions, users


@dataclass(frozen=True)
class Login(sessions.Tokens):
    is_new_user: bool
    invite_problem: Refusal | None


def log_in(
    *,
    phone: str,
    code: str,
    network: str,
    request_id: UUID | None = None,
    invite_code: str | None = None,
) -> Login:
    """Spends one try. The right code begins a session, and makes the user at the first login.

    A bad invite code is reported, and never stops the login. Raises CodeInvalid, CodeExpired,
    AccountDisabled, TooManyRequests.
    """
    with limits.charged(limits.wrong_logins.of(network)) as charge:
        # Decide inside the transaction, raise outside: a raise in there would give the try back.
        with transaction.atomic():
            refusal = verify_code(phone=phone, code=code, request_id=request_id)
            outcome = refusal or open_session(phone=phone, invite_code=invite_code)
        if refusal is None:
            charge.give_back()
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome


def verify_code(*, phone: str, code: str, request_id: UUID | None) -> Refusal | None:
    """Spends one try; None where the code was right and is now used."""
    now = timezone.now()
    challenge = LoginChallenge.objects.open_for_update(phone=phone, now=now)
    request = None
    if request_id:
        request = LoginRequest.objects.filter(pk=request_id, phone=phone).first()
    if challenge is None or not spend_try(challenge, request):
        return CodeExpired() if request else CodeInvalid()
    if challenge.opens_with(code) and challenge.use(now=now):
        return None
    WrongTries.objects.add(phone=phone, day=now.date())
    return CodeInvalid(attempts_left=request.tries_left - 1) if request else CodeInvalid()


def spend_try(challenge: LoginChallenge, request: LoginRequest | None) -> bool:
    """A bound caller, one with a request of this phone, has tries of their own.

    Unbound callers share others, so that no stranger spends the requester's tries.
    """
    if request:
        return request.spend_try(challenge)
    if settings.OTP_REQUIRE_REQUEST_ID:
        return False
    return challenge.spend_shared_try()


def open_session(*, phone: str, invite_code: str | None) -> Login | AccountDisabled:
    sign_in = users.get_or_create_user(phone=phone)
    user = sign_in.user
    if not user.is_active:
        return AccountDisabled()
    invite_problem = None
    if invite_code:
        invite_problem = invites.activation_problem(user_id=user.pk, invite_code=invite_code)
    tokens = sessions.begin(user_id=user.pk)
    return Login(
        access=tokens.access,
        refresh=tokens.refresh,
        expires_in=tokens.expires_in,
        token_type=tokens.token_type,
        is_new_user=sign_in.is_new,
        invite_problem=invite_problem,
    )
