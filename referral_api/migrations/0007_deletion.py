"""Accounts can be deleted: the row of the user stays without a phone."""

from pathlib import Path

import django.core.validators
from django.db import migrations, models

FOLDER = Path(__file__).parent / "sql"
# A function comes after those that it calls. Each with the migration that has the text before.
CHANGED_FUNCTIONS = {
    "activate_invite": "0005_fewer_statements",
    "get_or_create_user": "0005_fewer_statements",
    "log_in": "0006_user_agent",
}


def changed_function(name: str, before: str) -> migrations.RunSQL:
    """What a function takes can only change with a new one."""
    drop = f"DROP FUNCTION referral_api_{name};\n"
    return migrations.RunSQL(
        sql=drop + (FOLDER / "0007_deletion" / f"{name}.sql").read_text(),
        reverse_sql=drop + (FOLDER / before / f"{name}.sql").read_text(),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("referral_api", "0006_user_agent"),
    ]
    operations = [
        migrations.CreateModel(
            name="ActivatedPhone",
            fields=[
                ("digest", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("kept_until", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["kept_until"], name="activated_phone_end")],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="activated_before",
            field=models.BooleanField(
                db_default=False,
                editable=False,
                help_text="The phone activated a code in an account that was deleted.",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="phone",
            field=models.CharField(
                max_length=16,
                null=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^\\+[1-9][0-9]{6,14}$",
                        "Write the number in international form: +79161234567.",
                    )
                ],
                verbose_name="phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(phone__isnull=False) | models.Q(is_active=False),
                name="user_without_phone_is_disabled",
            ),
        ),
        migrations.AddIndex(
            model_name="loginrequest",
            index=models.Index(fields=["phone"], name="login_request_phone"),
        ),
        *[changed_function(name, before) for name, before in CHANGED_FUNCTIONS.items()],
    ]
