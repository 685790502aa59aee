from django.db import migrations, models


class Migration(migrations.Migration):
    """Only widens: processes that do not know forms go on and write form 1."""

    dependencies = [("governance", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="form",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.CreateModel(
            name="AuditArchive",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.BigIntegerField(unique=True)),
                ("last", models.BigIntegerField(unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("file", models.CharField(max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"ordering": ["first"]},
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(default=0)),
                ("digest", models.CharField(default="0" * 64, max_length=64)),
                ("checked_at", models.DateTimeField(null=True)),
                ("whole_number", models.BigIntegerField(default=0)),
                ("whole_digest", models.CharField(default="0" * 64, max_length=64)),
                ("whole_began_at", models.DateTimeField(null=True)),
                ("whole_at", models.DateTimeField(null=True)),
                ("broken_at", models.BigIntegerField(null=True)),
                ("problem", models.TextField(blank=True)),
                ("unreachable", models.JSONField(default=list)),
            ],
        ),
    ]
