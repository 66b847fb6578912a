"""What became of the SMS, and the regions that the alarm has closed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SmsCount(models.Model):
    """What became of the SMS of one hour, by region and sender.

    Many update a row at once. No counter has an index, so that PostgreSQL can change it in place (a
    HOT update).
    """

    id = models.BigAutoField(primary_key=True)
    hour = models.DateTimeField(_("hour"), help_text=_("Its beginning, UTC."))
    region = models.CharField(_("region"), max_length=3, help_text="ISO 3166, or 001.")
    sender = models.CharField(_("sender"), max_length=40)
    openings = models.PositiveIntegerField(
        help_text="Of the region before. After each, the alarm counts anew."
    )
    sent = models.PositiveIntegerField(_("sent"))
    refused = models.PositiveIntegerField(_("refused"))
    uncertain = models.PositiveIntegerField(_("uncertain"))

    class Meta:
        verbose_name = _("SMS of an hour")
        verbose_name_plural = _("SMS by hour")
        constraints = (
            models.UniqueConstraint(
                fields=["hour", "region", "sender", "openings"], name="sms_count_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.region} {self.sender} {self.hour:%Y-%m-%d %H:00}"


class SmsConfirmation(models.Model):
    """Logins with the codes of one count.

    They are counted in several parts, so that many logins at once do not wait for each other.
    """

    count = models.ForeignKey(
        SmsCount,
        on_delete=models.CASCADE,
        related_name="confirmations",
        db_index=False,
        db_constraint=False,  # it would lock the count's row at each login
    )
    part = models.PositiveSmallIntegerField()
    logins = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["count", "part"], name="sms_confirmation_once"),
        )

    def __str__(self) -> str:
        return f"{self.logins} of {self.count_id}"


class SmsRegion(models.Model):
    """A region that got an SMS; the alarm may have closed it to strangers."""

    region = models.CharField(_("region"), max_length=3, primary_key=True)
    closed_until = models.DateTimeField(
        _("closed to strangers until"), null=True, help_text=_("In the past, it is open.")
    )
    openings = models.PositiveIntegerField(help_text="How often it has opened again.")

    class Meta:
        verbose_name = _("SMS region")
        verbose_name_plural = _("SMS regions")

    def __str__(self) -> str:
        return self.region

    @property
    def is_closed(self) -> bool:
        return self.closed_until is not None and self.closed_until > timezone.now()
