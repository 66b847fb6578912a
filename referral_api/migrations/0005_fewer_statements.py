"""A login and an activation in fewer statements, and updates that touch no index.

A session of PostgreSQL plans the statements of a function once. As text from the client, they were
planned at each call.
"""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent / "sql"
# A function comes after those that it calls.
NEW_FUNCTIONS = [
    "read_profile",
    "activate_invite",
    "spend_own_try",
    "spend_shared_tries",
    "get_or_create_user",
    "log_in",
]
# Each with the migration that has the text before.
CHANGED_FUNCTIONS = {
    "give_back_limits": "0002_functions",
    "take_limits": "0003_lanes",
    "reserve_code": "0003_lanes",
}
# These rows are updated soon after they were written. With room on their page, the update stays
# there and leaves the indexes alone (a HOT update).
ROOM_FOR_UPDATES = """
ALTER TABLE referral_api_limitstate SET (fillfactor = 70);
ALTER TABLE referral_api_loginchallenge SET (fillfactor = 80);
ALTER TABLE referral_api_loginrequest SET (fillfactor = 80);
ALTER TABLE referral_api_user SET (fillfactor = 90);
"""
NO_ROOM = """
ALTER TABLE referral_api_limitstate RESET (fillfactor);
ALTER TABLE referral_api_loginchallenge RESET (fillfactor);
ALTER TABLE referral_api_loginrequest RESET (fillfactor);
ALTER TABLE referral_api_user RESET (fillfactor);
"""
# Django's indexes for LIKE 'prefix%', on keys that are only ever looked up whole.
DROP_PREFIX_INDEXES = """
DROP INDEX IF EXISTS referral_api_limitstate_key_21ebe58b_like;
DROP INDEX IF EXISTS authtoken_token_key_10f0b77e_like;
"""
CREATE_PREFIX_INDEXES = """
CREATE INDEX referral_api_limitstate_key_21ebe58b_like
    ON referral_api_limitstate (key varchar_pattern_ops);
CREATE INDEX authtoken_token_key_10f0b77e_like ON authtoken_token (key varchar_pattern_ops);
"""


def text(folder: str, name: str) -> str:
    return (FOLDER / folder / f"{name}.sql").read_text()


def new_function(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        sql=text("0005_fewer_statements", name), reverse_sql=f"DROP FUNCTION referral_api_{name}"
    )


def changed_function(name: str, before: str) -> migrations.RunSQL:
    """What a function returns can only change with a new one."""
    drop = f"DROP FUNCTION referral_api_{name};\n"
    return migrations.RunSQL(
        sql=drop + text("0005_fewer_statements", name), reverse_sql=drop + text(before, name)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("referral_api", "0004_sessions"),
        ("authtoken", "0004_alter_tokenproxy_options"),
    ]
    operations = [
        migrations.RemoveIndex(model_name="limitstate", name="limit_state_spent_until"),
        migrations.RunSQL(DROP_PREFIX_INDEXES, CREATE_PREFIX_INDEXES),
        migrations.RunSQL(ROOM_FOR_UPDATES, NO_ROOM),
        *[new_function(name) for name in NEW_FUNCTIONS],
        *[changed_function(name, before) for name, before in CHANGED_FUNCTIONS.items()],
    ]
