"""SMS are counted by region, sender and hour, and a region can be closed to strangers.

`reserve_code` has a parameter more, with a default: replicas of the release before call it without.
"""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

FOLDER = Path(__file__).parent / "sql"
# The counters have no index. With room on their page, an update stays there (a HOT update).
ROOM_FOR_UPDATES = """
ALTER TABLE referral_api_smscount SET (fillfactor = 50);
ALTER TABLE referral_api_smsconfirmation SET (fillfactor = 50);
ALTER TABLE referral_api_smsregion SET (fillfactor = 50);
"""


def text(folder: str, name: str) -> str:
    return (FOLDER / folder / f"{name}.sql").read_text()


def new_function(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        sql=text("0006_sms_counts", name), reverse_sql=f"DROP FUNCTION referral_api_{name}"
    )


def changed_function(name: str, before: str) -> migrations.RunSQL:
    """What a function takes can only change with a new one."""
    drop = f"DROP FUNCTION referral_api_{name};\n"
    return migrations.RunSQL(
        sql=drop + text("0006_sms_counts", name), reverse_sql=drop + text(before, name)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("referral_api", "0005_fewer_statements"),
    ]

    operations = [
        migrations.CreateModel(
            name="SmsRegion",
            fields=[
                (
                    "region",
                    models.CharField(
                        max_length=3, primary_key=True, serialize=False, verbose_name="region"
                    ),
                ),
                (
                    "closed_until",
                    models.DateTimeField(
                        help_text="In the past, it is open.",
                        null=True,
                        verbose_name="closed to strangers until",
                    ),
                ),
                (
                    "openings",
                    models.PositiveIntegerField(help_text="How often it has opened again."),
                ),
            ],
            options={
                "verbose_name": "SMS region",
                "verbose_name_plural": "SMS regions",
            },
        ),
        migrations.AddField(
            model_name="loginchallenge",
            name="sms_count_id",
            field=models.BigIntegerField(
                help_text="Where its SMS was counted (SmsCount), and its login will be.", null=True
            ),
        ),
        migrations.CreateModel(
            name="SmsCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "hour",
                    models.DateTimeField(help_text="Its beginning, UTC.", verbose_name="hour"),
                ),
                (
                    "region",
                    models.CharField(
                        help_text="ISO 3166, or 001.", max_length=3, verbose_name="region"
                    ),
                ),
                ("sender", models.CharField(max_length=40, verbose_name="sender")),
                (
                    "openings",
                    models.PositiveIntegerField(
                        help_text="Of the region before. After each, the alarm counts anew."
                    ),
                ),
                ("sent", models.PositiveIntegerField(verbose_name="sent")),
                ("refused", models.PositiveIntegerField(verbose_name="refused")),
                ("uncertain", models.PositiveIntegerField(verbose_name="uncertain")),
            ],
            options={
                "verbose_name": "SMS of an hour",
                "verbose_name_plural": "SMS by hour",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hour", "region", "sender", "openings"), name="sms_count_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SmsConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.PositiveSmallIntegerField()),
                ("logins", models.PositiveIntegerField()),
                (
                    "count",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="referral_api.smscount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("count", "part"), name="sms_confirmation_once")
                ],
            },
        ),
        migrations.RunSQL(ROOM_FOR_UPDATES, migrations.RunSQL.noop),
        new_function("count_confirmation"),
        new_function("count_sms"),
        changed_function("reserve_code", "0005_fewer_statements"),
        changed_function("log_in", "0005_fewer_statements"),
    ]
