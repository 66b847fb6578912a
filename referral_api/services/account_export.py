"""Everything that is held about a user, for themselves (GDPR article 15 and 20).

The members follow the list in kept_data.py, as the deletion does.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from referral_api.errors import Unauthenticated
from referral_api.models import STRANGERS, LoginRequest, Session, User, WrongTries
from referral_api.services import api_tokens, own_sessions, profiles

EVERYBODY = 2_000_000_000  # the largest page that PostgreSQL's integer allows, nearly


@dataclass(frozen=True)
class ExportedProfile:
    phone: str
    invite_code: str
    invite_link: str
    joined_at: datetime


@dataclass(frozen=True)
class ExportedActivation:
    activated_invite_code: str
    activated_at: datetime


@dataclass(frozen=True)
class ExportedCodeRequest:
    request_id: UUID
    expires_at: datetime
    tries_left: int
    known_device: bool


@dataclass(frozen=True)
class ExportedWrongTries:
    day: date
    tries: int
    known_device: bool


@dataclass(frozen=True)
class ExportedApiToken:
    created_at: datetime


@dataclass(frozen=True)
class AccountExport:
    exported_at: datetime
    profile: ExportedProfile
    activation: ExportedActivation | None
    invited_users: list[profiles.InvitedUser]
    sessions: list[own_sessions.OwnSession]
    code_requests: list[ExportedCodeRequest]
    wrong_tries: list[ExportedWrongTries]
    api_token: ExportedApiToken | None


def export(*, user_id: int, session_id: UUID | None) -> AccountExport:
    """Raises Unauthenticated.

    `session_id`: the caller's own, which is marked; None for an API token, which has none.
    """
    profile = profiles.fetch_profile(user_id=user_id, limit=EVERYBODY, after=None)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:  # deleted a moment ago
        raise Unauthenticated
    activation = None
    if profile.activated_invite_code is not None and profile.activated_at is not None:
        activation = ExportedActivation(
            activated_invite_code=profile.activated_invite_code, activated_at=profile.activated_at
        )
    token = api_tokens.of_user(user_id).first()
    return AccountExport(
        exported_at=timezone.now(),
        profile=ExportedProfile(
            phone=profile.phone,
            invite_code=profile.invite_code,
            invite_link=profile.invite_link,
            joined_at=user.date_joined,
        ),
        activation=activation,
        invited_users=profile.invited_users.items,
        sessions=sessions_of(user_id, session_id),
        code_requests=code_requests_of(profile.phone),
        wrong_tries=wrong_tries_of(profile.phone),
        api_token=ExportedApiToken(created_at=token.created) if token else None,
    )


def sessions_of(user_id: int, session_id: UUID | None) -> list[own_sessions.OwnSession]:
    rows = Session.objects.filter(user_id=user_id).order_by("created_at")
    return [own_sessions.own_session(row, session_id) for row in rows]


def code_requests_of(phone: str) -> list[ExportedCodeRequest]:
    return [
        ExportedCodeRequest(
            request_id=row.pk,
            expires_at=row.expires_at,
            tries_left=row.tries_left,
            known_device=row.lane != STRANGERS,
        )
        for row in LoginRequest.objects.filter(phone=phone).order_by("expires_at")
    ]


def wrong_tries_of(phone: str) -> list[ExportedWrongTries]:
    return [
        ExportedWrongTries(day=row.day, tries=row.tries, known_device=row.lane != STRANGERS)
        for row in WrongTries.objects.filter(phone=phone).order_by("day")
    ]
