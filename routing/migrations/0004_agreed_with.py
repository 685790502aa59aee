"""With which team's feature a participant's team has agreed.

What there is stays as it is: participants count as agreed with the present owner of the feature,
and a service of another team that has routes, but no part yet, gets one, last in the order as now.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Max


def keep_what_there_is(apps, _schema_editor):
    participant = apps.get_model("routing", "Participant")
    for row in participant.objects.filter(agreed=True).select_related("feature"):
        participant.objects.filter(pk=row.pk).update(agreed_with=row.feature.owner_id)
    routes = apps.get_model("routing", "Route").objects.exclude(service__owner=F("feature__owner"))
    for row in routes.order_by("service__key").select_related("feature"):
        parts = participant.objects.filter(feature=row.feature_id)
        if not parts.filter(service=row.service_id).exists():
            last = parts.aggregate(last=Max("position"))["last"] or 0
            participant.objects.create(
                feature_id=row.feature_id,
                service_id=row.service_id,
                part="consumes",
                position=min(last + 1, 32767),
                agreed=True,
                agreed_with_id=row.feature.owner_id,
            )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_roles_by_environment"),
        ("routing", "0003_consent"),
    ]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="agreed_with",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.RunPython(keep_what_there_is, migrations.RunPython.noop),
    ]
