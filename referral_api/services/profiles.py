"""What a user sees: the own profile, and the people who activated the own invite code."""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from referral_api.errors import InvalidRequest, Unauthenticated
from referral_api.services.unit_of_work import unit_of_work

FIRST_PAGE = 50

# One statement and one row, whose cost does not grow with the invited: the total is kept, the page is read off an
# index, in whose order its arrays are. As rows of a join, the page repeated the user's own columns and looked the
# inviter up 51 times. The phones are a scalar subquery: a join to the users once more got a hash of all of them.
READ = """
SELECT me.phone, me.invite_code, me.invited_total, own.activated_at,
       (SELECT invite_code FROM referral_api_user WHERE id = own.inviter_id), page.phones, page.moments, page.ids
  FROM referral_api_user me
  LEFT JOIN referral_api_activation own ON own.invited_user_id = me.id
 CROSS JOIN LATERAL (
       SELECT array_agg((SELECT phone FROM referral_api_user WHERE id = invited_user_id)) AS phones,
              array_agg(activated_at) AS moments, array_agg(invited_user_id) AS ids
         FROM (SELECT invited_user_id, activated_at FROM referral_api_activation
                WHERE inviter_id = me.id {after}
                ORDER BY activated_at DESC, invited_user_id DESC
                LIMIT %(limit)s + 1) newest) page
 WHERE me.id = %(user_id)s AND me.is_active
"""
READ_FIRST = READ.format(after="")
READ_AFTER = READ.format(
    after="AND (activated_at, invited_user_id) < (%(activated_at)s, %(invited_user_id)s)"
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
class Position:
    """The last row of a page; as a cursor, 22 characters that clients pass back unread."""

    activated_at: datetime
    invited_user_id: int

    @property
    def cursor(self) -> str:
        microseconds = (self.activated_at - EPOCH) // timedelta(microseconds=1)
        return (
            base64.urlsafe_b64encode(struct.pack(">qq", microseconds, self.invited_user_id))
            .decode()
            .rstrip("=")
        )

    @classmethod
    def of(cls, cursor: str) -> Self:
        """Raises InvalidRequest for a text that is no cursor."""
        try:
            microseconds, user_id = struct.unpack(">qq", base64.urlsafe_b64decode(f"{cursor}=="))
            return cls(EPOCH + timedelta(microseconds=microseconds), user_id)
        except (binascii.Error, struct.error, OverflowError, ValueError):
            raise InvalidRequest.at("cursor", _("This is not a cursor of this list.")) from None


@unit_of_work
def read(*, user_id: int) -> Profile:
    return read_now(user_id)


@unit_of_work
def list_invited_users(*, user_id: int, limit: int, cursor: str | None) -> InvitedUsers:
    """One page, the newest first. Raises InvalidRequest for a bad cursor."""
    return _row(user_id, limit, Position.of(cursor) if cursor is not None else None).page(limit)


def read_now(user_id: int) -> Profile:
    """Raises Unauthenticated where the user is disabled or gone: an access token outlives both."""
    row = _row(user_id, FIRST_PAGE, None)
    return Profile(
        row.phone,
        row.invite_code,
        row.activated_invite_code,
        row.activated_at,
        row.page(FIRST_PAGE),
    )


class Row(NamedTuple):
    """What READ returns; the three lists are NULL where nobody is on the page."""

    phone: str
    invite_code: str
    total: int
    activated_at: datetime | None
    activated_invite_code: str | None
    phones: list[str] | None
    moments: list[datetime] | None
    ids: list[int] | None

    def page(self, limit: int) -> InvitedUsers:
        phones, moments, ids = self.phones or [], self.moments or [], self.ids or []
        shown = map(_masked, phones) if settings.INVITED_PHONES == "masked" else phones
        items = [InvitedUser(*item) for item in zip(shown, moments, strict=True)][:limit]
        more = len(ids) > limit  # one more than asked for was read
        return InvitedUsers(
            self.total, items, Position(moments[limit - 1], ids[limit - 1]).cursor if more else None
        )


def _row(user_id: int, limit: int, after: Position | None) -> Row:
    parameters = {"user_id": user_id, "limit": limit, **(vars(after) if after else {})}
    with connection.cursor() as cursor:
        cursor.execute(READ_AFTER if after else READ_FIRST, parameters)
        row = cursor.fetchone()
    if row is None:
        raise Unauthenticated
    return Row(*row)


def _masked(phone: str) -> str:
    return f"{phone[:-7]}{'*' * 5}{phone[-2:]}"
