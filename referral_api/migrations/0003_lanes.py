"""A phone's codes run in lanes, and each code is a row of its own.

The codes, requests and wrong tries that exist are those of strangers.
"""

import uuid
from pathlib import Path

from django.db import migrations, models

STRANGERS = uuid.UUID(int=0)
FOLDER = Path(__file__).parent / "sql"
CHANGED_FUNCTIONS = ["read_limits", "take_limits", "spend_limits", "reserve_code"]

# Django cannot move a primary key to another column.
CHALLENGE_BY_ID = """
ALTER TABLE referral_api_loginchallenge DROP CONSTRAINT referral_api_loginchallenge_pkey;
DROP INDEX referral_api_loginchallenge_phone_f1b5dfaa_like;
ALTER TABLE referral_api_loginchallenge RENAME COLUMN challenge_id TO id;
ALTER TABLE referral_api_loginchallenge ADD PRIMARY KEY (id);
"""
# A phone has one row again: the one of its newest code.
CHALLENGE_BY_PHONE = """
DELETE FROM referral_api_loginchallenge older USING referral_api_loginchallenge newer
 WHERE older.phone = newer.phone AND (older.expires_at, older.id) < (newer.expires_at, newer.id);
ALTER TABLE referral_api_loginchallenge DROP CONSTRAINT referral_api_loginchallenge_pkey;
ALTER TABLE referral_api_loginchallenge RENAME COLUMN id TO challenge_id;
ALTER TABLE referral_api_loginchallenge ADD PRIMARY KEY (phone);
CREATE INDEX referral_api_loginchallenge_phone_f1b5dfaa_like
    ON referral_api_loginchallenge (phone varchar_pattern_ops);
"""


def function(name: str) -> migrations.RunSQL:
    """What a function returns can only change with a new one."""
    drop = f"DROP FUNCTION referral_api_{name};\n"
    new = (FOLDER / f"0003_lanes/{name}.sql").read_text()
    old = (FOLDER / f"0002_functions/{name}.sql").read_text()
    return migrations.RunSQL(sql=drop + new, reverse_sql=drop + old)


def lane_of(model_name: str, **options: str) -> migrations.AddField:
    """A default for the rows that exist, and none for new ones."""
    return migrations.AddField(
        model_name=model_name,
        name="lane",
        field=models.UUIDField(default=STRANGERS, **options),
        preserve_default=False,
    )


class Migration(migrations.Migration):
    dependencies = [("referral_api", "0002_functions")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CHALLENGE_BY_ID, CHALLENGE_BY_PHONE)],
            state_operations=[
                migrations.DeleteModel("LoginChallenge"),
                migrations.CreateModel(
                    name="LoginChallenge",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                        ),
                        ("phone", models.CharField(max_length=16)),
                        ("code_length", models.PositiveSmallIntegerField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "renew_at",
                            models.DateTimeField(
                                help_text="From this moment, the start of its last quarter, "
                                "a request makes a new code."
                            ),
                        ),
                        (
                            "next_request_at",
                            models.DateTimeField(
                                help_text="Earlier requests are refused, unless the code was used."
                            ),
                        ),
                        ("sends", models.PositiveSmallIntegerField(default=1)),
                        (
                            "shared_tries",
                            models.PositiveSmallIntegerField(
                                help_text="Tries left to callers without a request id."
                            ),
                        ),
                        ("used_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("sends__range", (1, 3))),
                                name="challenge_has_three_sends",
                            )
                        ],
                        "indexes": [models.Index(fields=["expires_at"], name="challenge_expiry")],
                    },
                ),
            ],
        ),
        lane_of("loginchallenge", help_text="The id of a known device, or 0 for strangers."),
        migrations.AddIndex(
            model_name="loginchallenge",
            index=models.Index(fields=["phone", "lane", "expires_at"], name="challenge_lane"),
        ),
        lane_of("loginrequest"),
        lane_of("wrongtries"),
        migrations.RemoveConstraint("wrongtries", "wrong_tries_once_a_day"),
        migrations.AddConstraint(
            model_name="wrongtries",
            constraint=models.UniqueConstraint(
                fields=("phone", "lane", "day"), name="wrong_tries_once_a_day"
            ),
        ),
        *[function(name) for name in CHANGED_FUNCTIONS],
    ]
