"""What is kept about a person, where, and for how long: the one list.

Deletion follows it, and so does the export. A test compares it with the models, so that a new table
cannot be forgotten, and docs/personal-data.md with both.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

from referral_api.models import (
    Activation,
    LoginChallenge,
    LoginRequest,
    Session,
    User,
    WrongTries,
)
from referral_api.services import api_tokens

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Owner:
    """Whose rows are looked for."""

    user_id: int
    phone: str


@dataclass(frozen=True)
class Kept:
    """What one table has of a person.

    At a deletion the rows go; where others need them, their columns in `emptied` are set instead.
    `export` is the member of the AccountExport that has them, or None.
    """

    name: str
    what: str
    how_long: str
    of: Callable[[Owner], Rows]
    export: str | None = None
    emptied: dict[str, Any] = field(default_factory=dict)


# In the order of the deletion, which is that of the locks of a login: codes, then the rest.
KEPT = [
    Kept(
        name="Codes",
        what="phone, length and times of a one-time code, not the code",
        how_long="until it expires",
        of=lambda owner: LoginChallenge.objects.filter(phone=owner.phone),
    ),
    Kept(
        name="Code requests",
        what="phone, tries that are left, end",
        how_long="a day after the code has expired",
        of=lambda owner: LoginRequest.objects.filter(phone=owner.phone),
        export="code_requests",
    ),
    Kept(
        name="Wrong tries",
        what="phone, day, how many wrong codes were tried",
        how_long="183 days (`OTP_GROWTH_DAYS`)",
        of=lambda owner: WrongTries.objects.filter(phone=owner.phone),
        export="wrong_tries",
    ),
    Kept(
        name="Sessions",
        what="times of a login and of its last use, its `User-Agent`, ids of its tokens",
        how_long="until it ends",
        of=lambda owner: Session.objects.filter(user_id=owner.user_id),
        export="sessions",
    ),
    Kept(
        name="API token",
        what="a digest of the token, when it was made",
        how_long="until it is revoked",
        of=lambda owner: api_tokens.of_user(owner.user_id),
        export="api_token",
    ),
    Kept(
        name="Activation",
        what="whose invite code was activated, and when",
        how_long="until the account of the invited user is deleted",
        of=lambda owner: Activation.objects.filter(invited_user_id=owner.user_id),
        export="activation",
    ),
    Kept(
        name="Groups of staff",
        what="which groups a member of staff is in",
        how_long="until it is taken back",
        of=lambda owner: User.groups.through.objects.filter(user_id=owner.user_id),
    ),
    Kept(
        name="Rights of staff",
        what="which rights a member of staff has",
        how_long="until they are taken back",
        of=lambda owner: User.user_permissions.through.objects.filter(user_id=owner.user_id),
    ),
    Kept(
        name="Log of the admin",
        what="what staff did with an account; the phone goes with the account",
        how_long="as long as the database",
        of=lambda owner: LogEntry.objects.filter(
            object_id=str(owner.user_id), content_type__model="user"
        ),
        emptied={"object_repr": "", "change_message": ""},
    ),
    Kept(
        name="Account",
        what="phone, invite code, date of joining, how many were invited, password hash of staff",
        how_long=(
            "until it is deleted; then the invite code, the date and the number stay without a "
            "phone, so that the code is never given out again and the invited keep what they "
            "activated"
        ),
        of=lambda owner: User.objects.filter(pk=owner.user_id),
        export="profile",
        emptied={
            "phone": None,
            "password": "!",
            "is_active": False,
            "is_staff": False,
            "is_superuser": False,
            "last_login": None,
        },
    ),
]

# The tables that name nobody, each with the reason.
OF_NOBODY = {
    "referral_api.LimitState": "keyed hashes of phones, networks and users, until a limit refills",
    "referral_api.ActivatedPhone": (
        "a keyed hash of a deleted account's phone that had activated a code, for 400 days, so "
        "that it activates no other"
    ),
    "referral_api.SmsCount": "how many SMS each provider took in an hour and a region, for 35 days",
    "referral_api.SmsConfirmation": "how many of their codes were used, for 35 days",
    "referral_api.SmsRegion": "until when a region is closed to strangers",
    "auth.Group": "groups of rights",
    "auth.Group_permissions": "rights of groups",
    "auth.Permission": "names of rights",
    "contenttypes.ContentType": "names of tables",
    "sessions.Session": "a browser's login to the admin, which opens nothing without the account",
}
