
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referral_api', '0003_lanes'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='session',
            name='spent_tokens',
        ),
        migrations.AddField(
            model_name='session',
            name='previous_token',
            field=models.UUIDField(help_text='The token that was spent last.', null=True),
        ),
        migrations.AddField(
            model_name='session',
            name='rotated_at',
            field=models.DateTimeField(help_text='When it was spent.', null=True),
        ),
    ]
