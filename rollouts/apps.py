from django.apps import AppConfig


class RolloutsConfig(AppConfig):
    name = "rollouts"

    def ready(self) -> None:
        from governance.dependents import register_dependents  # noqa: PLC0415
        from rollouts import dependents  # noqa: PLC0415 - needs the models

        register_dependents("feature", dependents.of_feature)
        register_dependents("variant", dependents.of_variant)
        register_dependents("segment", dependents.of_segment)
