from django.apps import AppConfig
from django.db.backends.signals import connection_created

from controlplane.database_limits import limit_transactions


class ControlPlaneConfig(AppConfig):
    name = "controlplane"

    def ready(self) -> None:
        connection_created.connect(limit_transactions)
