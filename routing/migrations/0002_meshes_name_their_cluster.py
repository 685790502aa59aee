"""Istio meshes that used the pod's own account say so by name.

A mesh that names a kubeconfig stays as it is, and its router refuses with the remedy: only the
operator knows by which name the cluster is listed.
"""

from django.db import migrations


def name_the_cluster(apps, _schema_editor):
    for mesh in apps.get_model("routing", "Mesh").objects.filter(router="istio"):
        if not {"kubeconfig", "cluster", "server"} & set(mesh.settings):
            mesh.settings = {**mesh.settings, "cluster": "in-cluster"}
            mesh.save(update_fields=["settings"])


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]

    operations = [migrations.RunPython(name_the_cluster, migrations.RunPython.noop)]
