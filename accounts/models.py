"""Users, teams, roles, environments and API keys."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in. A superuser is an administrator of the installation.

    `rights` are over what belongs to everybody (governance.principals.Right).
    """

    rights = models.JSONField(default=list, db_default=[], blank=True)


class Role(models.TextChoices):
    """What a member may do with what the team owns; each role includes the ones before it."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"


class Team(models.Model):
    """Owns features and services."""

    key = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's role in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_role_per_team")]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.team}"


class Environment(models.Model):
    """Where a feature lives: development, staging and production from the start."""

    key = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    production = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name


class EnvironmentRole(models.Model):
    """The role that stands in place of a member's own in one environment; empty for none at all."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="environment_roles"
    )
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "environment"], name="one_role_per_environment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership} but {self.role or 'nothing'} in {self.environment}"


class KeyKind(models.TextChoices):
    """What an API key may do (docs/wire.md, "Keys").

    `server` reads its environment whole and decides; `client` may be seen by everybody, so it only
    gets decisions, and only of features that are marked for clients; `edge` is for a relay: it
    reads the environment whole and brings others' reports, but decides nothing.
    """

    SERVER = "server"
    CLIENT = "client"
    EDGE = "edge"


class KeyFormat(models.TextChoices):
    """How the text of an API key looks: as Unleash's tokens do, where something reads these."""

    TOGGLEMESH = "togglemesh"
    UNLEASH = "unleash"


class ApiKey(models.Model):
    """A machine's key to one environment. Only the SHA-256 of the key is kept (docs/wire.md).

    `origins` are the web pages' origins that may use it from a browser; `*` is any. `replaces` is
    the key that it was made to succeed, in the same format; both are live until the former is
    revoked.
    """

    selector = models.CharField(max_length=22, unique=True)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=KeyKind.choices)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=200)
    origins = models.JSONField(default=list)
    format = models.CharField(
        max_length=10, choices=KeyFormat.choices, default=KeyFormat.TOGGLEMESH
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="successors"
    )
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} key {self.selector} of {self.environment}"


class TokenKind(models.TextChoices):
    """Whose rights a token has: its person's, or roles of its own."""

    PERSONAL = "personal"
    SERVICE = "service"


class AccessToken(models.Model):
    """Opens the management API to a program. Only the SHA-256 of the token is kept.

    A personal one acts as its `user`, with the roles that they have at that moment; one of a
    service has `roles` by team. `teams`, `environments` (null: all) and `read_only` narrow either.
    """

    selector = models.CharField(max_length=22, unique=True)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=TokenKind.choices)
    name = models.CharField(max_length=100)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="tokens")
    roles = models.JSONField(default=dict)
    teams = models.JSONField(null=True)
    environments = models.JSONField(null=True)
    read_only = models.BooleanField(default=False)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(kind="service", revoked_at__isnull=True),
                name="one_live_service_token_of_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} token {self.selector}"


class KeptAnswer(models.Model):
    """The answer to a request with an `Idempotency-Key` (accounts.api.idempotency).

    `key` is a digest of the key together with who sent it, and where; the body is encrypted.
    """

    key = models.CharField(max_length=64, unique=True)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    sealed_body = models.TextField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.status} of {self.at}"


class SignInFailure(models.Model):
    """One wrong password, kept for as long as `throttle.WINDOW`.

    Account and address are kept as digests: people type passwords into the field for the name.
    """

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["address", "at"], name="failures_of_address"),
            models.Index(fields=["account", "at"], name="failures_of_account"),
        ]

    def __str__(self) -> str:
        return f"a failed sign-in at {self.at}"
