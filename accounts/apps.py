from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import dependents, reverting  # noqa: PLC0415 - need the models
        from governance.dependents import register_dependents  # noqa: PLC0415
        from governance.reverting import register_subject  # noqa: PLC0415

        register_dependents("environment", dependents.of_environment)
        register_dependents("team", dependents.of_team)
        register_subject("team", reverting.revert_team)
        register_subject("member", reverting.revert_member)
        register_subject("environment", reverting.revert_environment)
        register_subject("user", reverting.revert_user)
        register_subject("api-key", reverting.revert_api_key)
