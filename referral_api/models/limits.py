"""How far the limits are spent."""

from django.db import models


class LimitState(models.Model):
    """How far one limit is spent for one subject; the rules are in services/limits.py.

    `spent_until` has no index, so that PostgreSQL can change it in place (a HOT update).
    """

    key = models.CharField(max_length=80, primary_key=True)
    spent_until = models.DateTimeField(
        help_text="The theoretical arrival time of GCRA; in the past, nothing is spent."
    )

    def __str__(self) -> str:
        return self.key
