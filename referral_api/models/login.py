"""One-time codes: the challenge, the requests for it, and the wrong tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.functional import cached_property

from referral_api.formats import E164_MAX_LENGTH
from referral_api.one_time_codes import one_time_code
from referral_api.sql import QUERIES

# The lane of callers who show no device token. The other lanes have the ids of their devices.
STRANGERS = UUID(int=0)


class LoginChallengeQuerySet(models.QuerySet["LoginChallenge"]):
    def spend_shared_tries(
        self, *, phone: str, lanes: Sequence[UUID], now: datetime
    ) -> list["LoginChallenge"]:
        """The codes that an unbound caller may try now, locked until the transaction ends.

        One guess at two codes has two chances, so it costs a shared try of each.
        """
        parameters: dict[str, Any] = {"phone": phone, "lanes": lanes, "now": now}
        with connection.cursor() as cursor:
            cursor.execute(QUERIES["spend_shared_tries"], parameters)
            rows = cursor.fetchall()
        return [
            LoginChallenge(id=challenge_id, phone=phone, lane=lane, code_length=code_length)
            for challenge_id, lane, code_length in rows
        ]

    def use(self, challenge: "LoginChallenge", *, now: datetime) -> bool:
        """Within a transaction: it is used, and so are the other codes of its lane, as by a login.

        False where another caller used it first. The rows are locked in the order of a login.
        """
        lane = self.filter(phone=challenge.phone, lane=challenge.lane)
        living = lane.filter(used_at=None, expires_at__gt=now).order_by("pk").select_for_update()
        ids = list(living.values_list("pk", flat=True))
        if challenge.pk not in ids:
            return False
        self.filter(pk__in=ids).update(used_at=now)
        return True


class LoginChallenge(models.Model):
    """One code of a phone, in one lane. It opens until it expires, or until a login in its lane."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    phone = models.CharField(max_length=E164_MAX_LENGTH)
    lane = models.UUIDField(help_text="The id of a known device, or 0 for strangers.")
    code_length = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField()
    renew_at = models.DateTimeField(
        help_text="From this moment, the start of its last quarter, a request makes a new code."
    )
    next_request_at = models.DateTimeField(
        help_text="Earlier requests are refused, unless the code was used."
    )
    sends = models.PositiveSmallIntegerField(default=1)
    shared_tries = models.PositiveSmallIntegerField(
        help_text="Tries left to callers without a request id."
    )
    used_at = models.DateTimeField(null=True)

    objects = LoginChallengeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(sends__range=(1, 3)), name="challenge_has_three_sends"
            ),
        )
        indexes = (
            models.Index(fields=["expires_at"], name="challenge_expiry"),
            models.Index(fields=["phone", "lane", "expires_at"], name="challenge_lane"),
        )

    def __str__(self) -> str:
        return str(self.id)

    @cached_property
    def code(self) -> str:
        return one_time_code(settings.OTP_PEPPER, self.id, self.phone, self.code_length)

    def opens_with(self, code: str) -> bool:
        return constant_time_compare(self.code, code)


@dataclass(frozen=True)
class OwnTry:
    """What a request allowed its caller. `challenge` is None where no try was spent.

    That is so where none was left (`had_tries` is false), or the code was used or has expired.
    """

    had_tries: bool
    tries_left: int | None
    challenge: LoginChallenge | None


class LoginRequestQuerySet(models.QuerySet["LoginRequest"]):
    def spend_try(self, *, request_id: UUID, phone: str, now: datetime) -> OwnTry | None:
        """None where this phone has no such request."""
        parameters: dict[str, Any] = {"request_id": request_id, "phone": phone, "now": now}
        with connection.cursor() as cursor:
            cursor.execute(QUERIES["spend_own_try"], parameters)
            had_tries, tries_left, challenge_id, lane, code_length = cursor.fetchone()
        if had_tries is None:
            return None
        challenge = None
        if challenge_id is not None:
            challenge = LoginChallenge(
                id=challenge_id, phone=phone, lane=lane, code_length=code_length
            )
        return OwnTry(had_tries=had_tries, tries_left=tries_left, challenge=challenge)


class LoginRequest(models.Model):
    """One request for a code, with tries of its own.

    It is kept longer than its code, to tell its owner that the code expired.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    phone = models.CharField(max_length=E164_MAX_LENGTH)
    lane = models.UUIDField()
    challenge_id = models.UUIDField()
    tries_left = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField()

    objects = LoginRequestQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["expires_at"], name="login_request_expiry"),
            models.Index(fields=["phone"], name="login_request_phone"),
        )

    def __str__(self) -> str:
        return str(self.id)


class WrongTriesQuerySet(models.QuerySet["WrongTries"]):
    def add(self, *, phone: str, lane: UUID, day: date) -> None:
        """One more, also with many callers at once."""
        parameters: dict[str, Any] = {"phone": phone, "lane": lane, "day": day}
        with connection.cursor() as cursor:
            cursor.execute(QUERIES["count_wrong_try"], parameters)


class WrongTries(models.Model):
    """Wrong tries in a lane of a phone on one day.

    They are kept apart from the codes: neither a resend nor a login resets them.
    """

    phone = models.CharField(max_length=E164_MAX_LENGTH)
    lane = models.UUIDField()
    day = models.DateField()
    tries = models.PositiveIntegerField()

    objects = WrongTriesQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["phone", "lane", "day"], name="wrong_tries_once_a_day"),
        )
        indexes = (models.Index(fields=["day"], name="wrong_tries_day"),)

    def __str__(self) -> str:
        return f"{self.tries} on {self.day}"
