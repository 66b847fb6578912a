"""What stays of a deleted account."""

from django.db import models


class ActivatedPhone(models.Model):
    """The phone of a deleted account that had activated an invite code: a keyed hash of it.

    If the phone comes back, its new account may not activate another.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    kept_until = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["kept_until"], name="activated_phone_end"),)

    def __str__(self) -> str:
        return self.digest
