"""Who is here, and what each has proved. The named constraints are the last word on every "once"."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from referral_api.codes import new_invite_code, one_time_code

E164 = r"^\+[1-9][0-9]{6,14}$"


class UserManager(BaseUserManager["User"]):
    def create_user(self, phone: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(phone=phone, **fields)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user

    def create_superuser(self, phone: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(phone, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who proved a phone number. The password serves the admin's staff alone."""

    phone = models.CharField(
        _("phone"),
        max_length=16,
        validators=[
            RegexValidator(E164, _("Write the number in international form: +79161234567."))
        ],
    )
    invite_code = models.CharField(
        _("invite code"), max_length=6, default=new_invite_code, editable=False
    )
    invited_total = models.PositiveIntegerField(_("invited users"), default=0, editable=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch off instead of deleting.")
    )
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("May log in to the admin.")
    )
    date_joined = models.DateTimeField(_("date joined"), default=timezone.now, editable=False)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (
            models.UniqueConstraint(fields=["phone"], name="user_phone_once"),
            models.UniqueConstraint(fields=["invite_code"], name="user_invite_code_once"),
            models.CheckConstraint(condition=Q(phone__regex=E164), name="user_phone_is_e164"),
            models.CheckConstraint(
                condition=Q(invite_code__regex=r"^[2-9A-HJ-NP-Z]{6}$")
                & Q(invite_code__regex="[2-9]")
                & Q(invite_code__regex="[A-Z]"),
                name="user_invite_code_is_wellformed",
            ),
        )

    def __str__(self) -> str:
        return self.phone


class Activation(models.Model):
    """`invited_user` activated the invite code of `inviter`: once, for ever, and never their own."""

    invited_user = models.OneToOneField(
        User,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="activation",
        verbose_name=_("invited user"),
    )
    inviter = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="activations",
        db_index=False,
        verbose_name=_("inviter"),
    )
    activated_at = models.DateTimeField(_("activated at"))

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        constraints = (
            models.CheckConstraint(
                condition=~Q(invited_user=F("inviter")), name="activation_is_not_of_oneself"
            ),
        )
        # Serves the keyset pages of the list, newest first.
        indexes = (
            models.Index(
                fields=["inviter", "-activated_at", "-invited_user"], name="activation_page"
            ),
        )

    def __str__(self) -> str:
        return f"{self.invited_user_id} ← {self.inviter_id}"


class LoginChallengeQuerySet(models.QuerySet["LoginChallenge"]):
    def open_for_update(self, *, phone: str, now: datetime) -> "LoginChallenge | None":
        """The phone's living code, its row locked: tries at one phone are judged one after another."""
        return (
            self.select_for_update().filter(phone=phone, used_at=None, expires_at__gt=now).first()
        )


class LoginChallenge(models.Model):
    """The one code that opens a phone now. The row is reused by the next code, under a fresh `challenge_id`."""

    phone = models.CharField(max_length=16, primary_key=True)
    challenge_id = models.UUIDField()
    code_length = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField()
    renew_at = models.DateTimeField(
        help_text="From here on a request makes a new code: the last quarter of its life."
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
    """One request for a code, with tries of its own. It outlives its code, to tell its owner that it expired."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    phone = models.CharField(max_length=16)
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
        """One more, whoever tried and however many at once."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO referral_api_wrongtries AS w (phone, day, tries) VALUES (%s, %s, 1)"
                " ON CONFLICT (phone, day) DO UPDATE SET tries = w.tries + 1",
                [phone, day],
            )


class WrongTries(models.Model):
    """Wrong tries at a phone on one day, apart from the codes: neither a resend nor a login resets them."""

    phone = models.CharField(max_length=16)
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


class Limit(models.Model):
    """How far one limit is spent for one subject (services/limits.py)."""

    key = models.CharField(max_length=80, primary_key=True)
    tat = models.DateTimeField(
        help_text="Theoretical arrival time; not in the future: nothing is spent."
    )

    class Meta:
        indexes = (models.Index(fields=["tat"], name="limit_tat"),)

    def __str__(self) -> str:
        return self.key


class SessionQuerySet(models.QuerySet["Session"]):
    def rotate(
        self, *, family: UUID, old: UUID, new: UUID, now: datetime, expires_at: datetime
    ) -> bool:
        """Exactly one of many callers with one token gets True. Tokens spent before the grace are forgotten."""
        since = now - settings.REFRESH_REUSE_GRACE
        with connection.cursor() as cursor:
            cursor.execute(
                ROTATE,
                {
                    "family": family,
                    "old": old,
                    "new": new,
                    "now": now,
                    "since": since,
                    "expires_at": expires_at,
                },
            )
            return bool(cursor.rowcount)

    def end_reused(self, *, family: UUID, token: UUID, now: datetime) -> None:
        """Ends the family of a spent token, unless it was spent within the grace."""
        session = self.filter(id=family).first()
        spent_at = session.spent_tokens.get(str(token)) if session else None
        if (
            spent_at is None
            or datetime.fromisoformat(spent_at) <= now - settings.REFRESH_REUSE_GRACE
        ):
            self.filter(id=family).exclude(current_token=token).delete()


ROTATE = """
UPDATE referral_api_session s
   SET current_token = %(new)s, expires_at = %(expires_at)s,
       spent_tokens = jsonb_build_object(%(old)s::text, %(now)s) || coalesce(
           (SELECT jsonb_object_agg(token, at) FROM jsonb_each_text(spent_tokens) AS spent (token, at)
             WHERE at::timestamptz > %(since)s), '{}')
  FROM referral_api_user u
 WHERE s.id = %(family)s AND s.current_token = %(old)s AND s.expires_at > %(now)s
   AND u.id = s.user_id AND u.is_active
"""


class Session(models.Model):
    """One login and the family of its refresh tokens, of which only the newest is good (RFC 9700 §4.14.2)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    current_token = models.UUIDField()
    spent_tokens = models.JSONField(
        default=dict, help_text="Token ids spent within the grace: id → when."
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["expires_at"], name="session_expiry"),)

    def __str__(self) -> str:
        return str(self.id)
