from django.apps import AppConfig


class TogglesConfig(AppConfig):
    name = "toggles"

    def ready(self) -> None:
        from events.relay.sources import register  # noqa: PLC0415
        from toggles.change_source import ChangeSource  # noqa: PLC0415 - needs the models

        register(ChangeSource())
