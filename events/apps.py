from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from events.relay.outbox import OutboxSource  # noqa: PLC0415 - needs the models
        from events.relay.sources import register  # noqa: PLC0415

        register(OutboxSource())
