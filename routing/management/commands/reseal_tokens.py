"""`manage.py reseal_tokens`: encrypt kept tokens with the present secret. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from routing.models import Mesh
from routing.sealed import SEALED, seal_anew


class Command(BaseCommand):
    help = (
        "Encrypts the tokens of meshes with the present TOGGLEMESH_SECRET_KEY; afterwards the "
        "former one is not needed in TOGGLEMESH_SECRET_KEY_FALLBACKS any more."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        meshes = Mesh.objects.select_for_update().filter(settings__has_key=SEALED)
        for mesh in meshes:
            mesh.settings = seal_anew(mesh.settings)
            mesh.save(update_fields=["settings"])
        self.stdout.write(f"{len(meshes)} tokens encrypted anew")
