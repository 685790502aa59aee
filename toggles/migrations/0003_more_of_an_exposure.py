from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("toggles", "0002_client_side"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="more",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="segment",
            name="when",
            field=models.JSONField(null=True),
        ),
    ]
