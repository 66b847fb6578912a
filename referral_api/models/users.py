"""Users, and who invited whom."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from referral_api.formats import (
    E164_MAX_LENGTH,
    E164_PATTERN,
    INVITE_CODE_LENGTH,
    INVITE_CODE_PATTERN,
)
from referral_api.invite_codes import new_invite_code
from referral_api.phones import to_e164


class UserManager(BaseUserManager["User"]):
    def create_user(self, phone: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(phone=phone, **fields)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user

    def create_superuser(self, phone: str, password: str | None = None) -> "User":
        """Of a phone in any spelling: of its account, or of a new one. Raises ValueError.

        Who has logged in has an account. It is switched on, gets the password, and keeps the rest.
        """
        phone = to_e164(phone)
        account = self.filter(phone=phone).first()
        if account is None:
            return self.create_user(phone, password, is_staff=True, is_superuser=True)
        account.is_active = account.is_staff = account.is_superuser = True
        if password is not None:
            account.set_password(password)
        changed = ["is_active", "is_staff", "is_superuser", "password"]
        account.save(using=self._db, update_fields=changed)
        return account


class User(AbstractBaseUser, PermissionsMixin):
    """A person who proved a phone number. The password serves the admin's staff alone."""

    phone = models.CharField(  # noqa: DJ001 -- an empty text would be somebody's
        _("phone"),
        max_length=E164_MAX_LENGTH,
        null=True,  # of a deleted account, whose row keeps its invite code from others
        validators=[
            RegexValidator(E164_PATTERN, _("Write the number in international form: +79161234567."))
        ],
    )
    invite_code = models.CharField(
        _("invite code"), max_length=INVITE_CODE_LENGTH, default=new_invite_code, editable=False
    )
    invited_total = models.PositiveIntegerField(_("invited users"), default=0, editable=False)
    activated_before = models.BooleanField(
        db_default=False,
        editable=False,
        help_text="The phone activated a code in an account that was deleted.",
    )
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
            models.CheckConstraint(
                condition=Q(phone__regex=E164_PATTERN), name="user_phone_is_e164"
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=False) | Q(is_active=False),
                name="user_without_phone_is_disabled",
            ),
            models.CheckConstraint(
                condition=Q(invite_code__regex=INVITE_CODE_PATTERN)
                & Q(invite_code__regex="[2-9]")
                & Q(invite_code__regex="[A-Z]"),
                name="user_invite_code_is_wellformed",
            ),
        )

    def __str__(self) -> str:
        return self.phone or gettext("deleted account")


class Activation(models.Model):
    """`invited_user` activated the invite code of `inviter`: once, and never their own."""

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
