from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"

    def ready(self) -> None:
        from governance.dependents import register_dependents  # noqa: PLC0415
        from governance.reverting import register_subject  # noqa: PLC0415
        from routing import dependents, reverts  # noqa: PLC0415 - needs the models
        from routing.variants import routes_of_variant  # noqa: PLC0415 - needs the models

        register_dependents("service", dependents.of_service)
        register_dependents("version", dependents.of_version)
        register_dependents("placement", dependents.of_placement)
        register_dependents("route", dependents.of_route)
        register_dependents("participant", dependents.of_participant)
        register_dependents("feature", dependents.of_feature)
        register_dependents("variant", routes_of_variant)
        register_dependents("mesh", dependents.of_mesh)
        register_dependents("environment", dependents.of_environment)
        register_dependents("team", dependents.of_team)
        register_subject("service", reverts.revert_service)
        register_subject("version", reverts.revert_version)
        register_subject("placement", reverts.revert_placement)
        register_subject("mesh", reverts.revert_mesh)
        register_subject("participant", reverts.revert_participant)
        register_subject("consent", reverts.revert_consent)
        register_subject("route", reverts.revert_route)
