from django.apps import AppConfig


class RolloutsConfig(AppConfig):
    name = "rollouts"

    def ready(self) -> None:
        from accounts.environments import register_deleting  # noqa: PLC0415
        from governance.dependents import register_dependents  # noqa: PLC0415
        from governance.reverting import register_subject  # noqa: PLC0415
        from rollouts import dependents, environments  # noqa: PLC0415 - need the models
        from rollouts.changes.templates import revert_template  # noqa: PLC0415 - needs the models
        from rollouts.templates import templates_of_team  # noqa: PLC0415 - needs the models

        register_dependents("team", templates_of_team)
        register_subject("rollout-template", revert_template)
        register_dependents("feature", dependents.of_feature)
        register_dependents("variant", dependents.of_variant)
        register_dependents("environment", dependents.of_environment)
        register_dependents("segment", dependents.of_segment)
        register_dependents("service", dependents.of_service)
        register_dependents("version", dependents.of_version)
        register_dependents("placement", dependents.of_placement)
        register_dependents("route", dependents.of_route)
        register_dependents("participant", dependents.of_participant)
        register_dependents("mesh", dependents.of_mesh)
        register_deleting(environments.deleting)
