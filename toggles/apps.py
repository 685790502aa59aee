from django.apps import AppConfig


class TogglesConfig(AppConfig):
    name = "toggles"

    def ready(self) -> None:
        from accounts.environments import register_created, register_deleting  # noqa: PLC0415
        from events.relay.sources import register  # noqa: PLC0415
        from governance.dependents import register_dependents  # noqa: PLC0415
        from governance.reverting import register_subject  # noqa: PLC0415
        from toggles import dependents, environments  # noqa: PLC0415 - needs the models
        from toggles.change_source import ChangeSource  # noqa: PLC0415 - needs the models

        register(ChangeSource())
        register_dependents("feature", dependents.of_feature)
        register_dependents("segment", dependents.of_segment)
        register_dependents("team", dependents.of_team)
        register_dependents("environment", environments.of_environment)
        register_created(environments.created)
        register_deleting(environments.deleting)
        register_subject("segment", dependents.revert_segment)
        register_subject("feature", dependents.revert_feature)
