"""The functions of PostgreSQL, as they were at this migration.

Today's text is in referral_api/sql/functions. To change a function, edit its file there, copy it
into a folder of a new migration here, and leave this one as it is.
"""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent / "sql/0002_functions"
# A function comes after those that it calls.
NAMES = ["read_limits", "take_limits", "give_back_limits", "spend_limits", "reserve_code"]


class Migration(migrations.Migration):
    dependencies = [("referral_api", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql=(FOLDER / f"{name}.sql").read_text(),
            reverse_sql=f"DROP FUNCTION referral_api_{name}",
        )
        for name in NAMES
    ]
