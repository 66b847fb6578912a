"""One-time codes: the challenge, the requests for it, and the wrong tries."""

from datetime import date, datetime
from uuid import uuid4

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare
from django.utils.functional import cached_property

from referral_api.formats import E164_MAX_LENGTH
from referral_api.one_time_codes import one_time_code
from referral_api.sql import QUERIES


class LoginChallengeQuerySet(models.QuerySet["LoginChallenge"]):
    def open_for_update(self, *, phone: str, now: datetime) -> "LoginChallenge | None":
        """The phone's living code, its row locked: tries at one phone come one after another."""
        return (
            self.select_for_update().filter(phone=phone, used_at=None, expires_at__gt=now).first()
        )


class LoginChallenge(models.Model):
    """The one code that opens a phone now.

    The next code uses the same row, under a fresh `challenge_id`.
    """

    phone = models.CharField(max_length=E164_MAX_LENGTH, primary_key=True)
    challenge_id = models.UUIDField()
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
        indexes = (models.Index(fields=["expires_at"], name="challenge_expiry"),)

    def __str__(self) -> str:
        return str(self.challenge_id)

    @cached_property
    def code(self) -> str:
        return one_time_code(settings.OTP_PEPPER, self.challenge_id, self.phone, self.code_length)

    def opens_with(self, code: str) -> bool:
        return constant_time_compare(self.code, code)

    def spend_shared_try(self) -> bool:
        own = LoginChallenge.objects.filter(pk=self.pk, shared_tries__gt=0)
        return bool(own.update(shared_tries=F("shared_tries") - 1))

    def use(self, *, now: datetime) -> bool:
        """True once: for the caller that uses the code."""
        return bool(LoginChallenge.objects.filter(pk=self.pk, used_at=None).update(used_at=now))


class LoginRequest(models.Model):
    """One request for a code, with tries of its own.

    It is kept longer than its code, to tell its owner that the code expired.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    phone = models.CharField(max_length=E164_MAX_LENGTH)
    challenge_id = models.UUIDField()
    tries_left = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="login_request_expiry"),)

    def __str__(self) -> str:
        return str(self.id)

    def spend_try(self, challenge: LoginChallenge) -> bool:
        own = LoginRequest.objects.filter(
            pk=self.pk, challenge_id=challenge.challenge_id, tries_left__gt=0
        )
        return bool(own.update(tries_left=F("tries_left") - 1))


class WrongTriesQuerySet(models.QuerySet["WrongTries"]):
    def add(self, *, phone: str, day: date) -> None:
        """One more, also with many callers at once."""
        with connection.cursor() as cursor:
            cursor.execute(QUERIES["count_wrong_try"], {"phone": phone, "day": day})


class WrongTries(models.Model):
    """Wrong tries at a phone on one day.

    They are kept apart from the codes: neither a resend nor a login resets them.
    """

    phone = models.CharField(max_length=E164_MAX_LENGTH)
    day = models.DateField()
    tries = models.PositiveIntegerField()

    objects = WrongTriesQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["phone", "day"], name="wrong_tries_once_a_day"),
        )
        indexes = (models.Index(fields=["day"], name="wrong_tries_day"),)

    def __str__(self) -> str:
        return f"{self.tries} on {self.day}"
