from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Writers are not held up while the index grows."""

    atomic = False

    dependencies = [("events", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="outboxevent",
            index=models.Index(fields=["topic", "id"], name="outbox_topic"),
        ),
    ]
