"""Request 2: the code comes back, and a session begins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from referral_api import device_tokens
from referral_api.errors import AccountDisabled, CodeExpired, CodeInvalid, Refusal
from referral_api.models import STRANGERS, LoginChallenge, LoginRequest, WrongTries
from referral_api.networks import Network
from referral_api.services import invites, limits, sessions, users


@dataclass(frozen=True)
class Login(sessions.Tokens):
    is_new_user: bool
    device_token: str
    invite_problem: Refusal | None


def log_in(
    *,
    phone: str,
    code: str,
    network: Network,
    request_id: UUID | None = None,
    invite_code: str | None = None,
    device_token: str | None = None,
) -> Login:
    """Spends one try. The right code begins a session, and makes the user at the first login.

    A bad invite code is reported, and never stops the login. Raises CodeInvalid, CodeExpired,
    AccountDisabled, TooManyRequests.
    """
    request = None
    if request_id is not None:
        request = LoginRequest.objects.filter(pk=request_id, phone=phone).first()
    device = device_tokens.device_of(device_token, phone=phone)
    with limits.charged(*limited_units(request, network)) as charge:
        # Decide inside the transaction, raise outside: a raise in there would give the try back.
        with transaction.atomic():
            opened = verify_code(phone=phone, code=code, request=request, device=device)
            outcome: Login | Refusal
            if isinstance(opened, Refusal):
                outcome = opened
            else:
                device = device or device_of_lane(opened)
                outcome = open_session(phone=phone, invite_code=invite_code, device=device)
        if not isinstance(opened, Refusal):
            charge.give_back()
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome


def limited_units(request: LoginRequest | None, network: Network) -> list[limits.Unit]:
    """The network's units of wrong logins, or none for a caller with tries of their own.

    Those tries are few already, and neighbours behind one address must not shut each other out.
    """
    if request is not None and request.tries_left > 0:
        return []
    return limits.wrong_logins.of_network(network)


def verify_code(
    *, phone: str, code: str, request: LoginRequest | None, device: UUID | None
) -> LoginChallenge | Refusal:
    """Spends one try. The challenge that the right code opened, and that is now used."""
    now = timezone.now()
    if request is not None:
        return try_own_code(request, code, now)
    if settings.OTP_REQUIRE_REQUEST_ID:
        return CodeInvalid()
    return try_shared_codes(phone, code, device, now)


def try_own_code(request: LoginRequest, code: str, now: datetime) -> LoginChallenge | Refusal:
    """A bound caller has tries of their own, so that no stranger can spend them."""
    living = LoginChallenge.objects.lock_living(phone=request.phone, lanes=[request.lane], now=now)
    requested = [challenge for challenge in living if challenge.id == request.challenge_id]
    if not requested:
        return CodeExpired()
    tries_left = request.spend_try()
    if tries_left is None:
        return CodeExpired()
    challenge = requested[0]
    if challenge.opens_with(code):
        challenge.use(now=now)
        return challenge
    WrongTries.objects.add(phone=request.phone, lane=request.lane, day=now.date())
    return CodeInvalid(attempts_left=tries_left)


def try_shared_codes(
    phone: str, code: str, device: UUID | None, now: datetime
) -> LoginChallenge | CodeInvalid:
    """An unbound caller tries all codes that live for strangers and for their own device.

    One guess at two codes has two chances, so it costs a shared try of each.
    """
    lanes = [STRANGERS] if device is None else [STRANGERS, device]
    for challenge in LoginChallenge.objects.lock_living(phone=phone, lanes=lanes, now=now):
        if not challenge.spend_shared_try():
            continue
        if challenge.opens_with(code):
            challenge.use(now=now)
            return challenge
        WrongTries.objects.add(phone=phone, lane=challenge.lane, day=now.date())
    return CodeInvalid()


def device_of_lane(challenge: LoginChallenge) -> UUID:
    """A code of a known device keeps its id; a stranger's code makes a new one."""
    if challenge.lane == STRANGERS:
        return device_tokens.new_device()
    return challenge.lane


def open_session(*, phone: str, invite_code: str | None, device: UUID) -> Login | AccountDisabled:
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
        device_token=device_tokens.issue(phone=phone, device=device),
        invite_problem=invite_problem,
    )
