"""A session knows the User-Agent of its login."""

from pathlib import Path

from django.db import migrations, models

FOLDER = Path(__file__).parent / "sql"
DROP = "DROP FUNCTION referral_api_log_in;\n"


class Migration(migrations.Migration):
    dependencies = [("referral_api", "0005_fewer_statements")]
    operations = [
        migrations.AddField(
            model_name="session",
            name="user_agent",
            field=models.CharField(
                db_default="",
                help_text="As the client sent it at the login; empty where it sent none.",
                max_length=200,
            ),
        ),
        # Its parameters change, so it is dropped first.
        migrations.RunSQL(
            sql=DROP + (FOLDER / "0006_user_agent/log_in.sql").read_text(),
            reverse_sql=DROP + (FOLDER / "0005_fewer_statements/log_in.sql").read_text(),
        ),
    ]
