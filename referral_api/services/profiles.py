"""What users see: their own profile, and the people who activated their invite code."""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from referral_api import phones
from referral_api.errors import InvalidRequest, Unauthenticated
from referral_api.sql import QUERIES

FIRST_PAGE = 50  # people
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class InvitedUser(NamedTuple):  # up to 200 on a page: cheaper to make than a frozen dataclass
    phone: str
    activated_at: datetime


@dataclass(frozen=True)
class InvitedUsers:
    total: int
    items: list[InvitedUser]
    next_cursor: str | None


@dataclass(frozen=True)
class Profile:
    phone: str
    invite_code: str
    activated_invite_code: str | None
    activated_at: datetime | None
    invited_users: InvitedUsers

    @property
    def invite_link(self) -> str:
        return f"{settings.PUBLIC_URL}/i/{self.invite_code}"


@dataclass(frozen=True)
class Cursor:
    """The last row of a page; as text, 22 characters that clients pass back unread."""

    activated_at: datetime
    invited_user_id: int

    def __str__(self) -> str:
        microseconds = (self.activated_at - EPOCH) // MICROSECOND
        packed = struct.pack(">qq", microseconds, self.invited_user_id)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises InvalidRequest for a text that is no cursor."""
        try:
            microseconds, user_id = struct.unpack(">qq", base64.urlsafe_b64decode(f"{text}=="))
            activated_at = EPOCH + microseconds * MICROSECOND
        except (binascii.Error, struct.error, OverflowError, ValueError):
            raise InvalidRequest.at("cursor", _("This is not a cursor of this list.")) from None
        return cls(activated_at=activated_at, invited_user_id=user_id)


def read(*, user_id: int) -> Profile:
    """Raises Unauthenticated where the user is disabled or gone: an access token outlives both."""
    return fetch_profile(user_id=user_id, limit=FIRST_PAGE, after=None)


def list_invited_users(*, user_id: int, limit: int, cursor: str | None) -> InvitedUsers:
    """One page, the newest first. Raises InvalidRequest for a bad cursor, and Unauthenticated."""
    after = Cursor.parse(cursor) if cursor is not None else None
    return fetch_profile(user_id=user_id, limit=limit, after=after).invited_users


def fetch_profile(*, user_id: int, limit: int, after: Cursor | None) -> Profile:
    """The profile with one page of the invited, `limit` people at most, in one statement."""
    parameters: dict[str, Any] = {
        "user_id": user_id,
        "limit": limit,
        "after_moment": after.activated_at if after else "infinity",
        "after_id": after.invited_user_id if after else 0,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUERIES["read_profile"], parameters)
        row = cursor.fetchone()
    phone, invite_code, total, activated_at, activated_invite_code, *page = row
    if phone is None:
        raise Unauthenticated
    return Profile(
        phone=phone,
        invite_code=invite_code,
        activated_invite_code=activated_invite_code,
        activated_at=activated_at,
        invited_users=invited_users(total, limit, page),
    )


def invited_users(total: int, limit: int, page: list[Any]) -> InvitedUsers:
    """`page`: phones, moments and ids, one more of each than asked for where there are more.

    The three are None where nobody is on the page.
    """
    invited_phones, moments, ids = (column or [] for column in page)
    if settings.INVITED_PHONES == "masked":
        invited_phones = [phones.masked(phone) for phone in invited_phones]
    people = zip(invited_phones, moments, strict=True)
    items = [InvitedUser(phone, activated_at) for phone, activated_at in people]
    next_cursor = None
    if len(ids) > limit:
        last = limit - 1
        next_cursor = str(Cursor(activated_at=moments[last], invited_user_id=ids[last]))
    return InvitedUsers(total=total, items=items[:limit], next_cursor=next_cursor)
