from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"

    def ready(self) -> None:
        from governance.dependents import register_dependents  # noqa: PLC0415
        from routing.variants import routes_of_variant  # noqa: PLC0415 - needs the models

        register_dependents("variant", routes_of_variant)
