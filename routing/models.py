"""Services, their versions and place in each environment, participants, and routes."""

from django.db import models

from accounts.models import Environment, Team
from toggles.models import Feature


class Service(models.Model):
    """Something that is deployed by a team and takes part in features."""

    key = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="services")

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Mesh(models.Model):
    """The mesh of an environment: which router writes its routes, and what that router must know.

    `settings` are checked by the router's own `check_settings`.
    """

    environment = models.OneToOneField(Environment, on_delete=models.CASCADE, related_name="mesh")
    router = models.CharField(max_length=30)
    settings = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.router} in {self.environment}"


class ServiceVersion(models.Model):
    """A deployed version of a service in an environment: a subset of the mesh.

    `labels` select its instances (Istio); `endpoints` are `host:port` (standalone Envoy).
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="versions")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=50)
    labels = models.JSONField(default=dict)
    endpoints = models.JSONField(default=list)

    class Meta:
        ordering = ["service__key", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "environment", "version"], name="one_row_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service.key} {self.version}"


class Placement(models.Model):
    """Where a service stands in an environment: its mesh host, and the version all others get."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="placements")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    namespace = models.CharField(max_length=63, default="default")
    baseline = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["service__key"]
        constraints = [
            models.UniqueConstraint(fields=["service", "environment"], name="one_placement_each")
        ]

    def __str__(self) -> str:
        return f"{self.service.key} at {self.host}"


class Participant(models.Model):
    """A service's part in a feature; proposed until the service's team has agreed.

    `agreed_with` is the team that owned the feature then: another one has to ask anew.
    """

    class Part(models.TextChoices):
        PROVIDES = "provides"
        CONSUMES = "consumes"

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="participants")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="participations")
    part = models.CharField(max_length=10, choices=Part.choices)
    position = models.PositiveSmallIntegerField(default=0)
    agreed = models.BooleanField(default=True, db_default=True)
    agreed_with = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position", "service__key"]
        constraints = [models.UniqueConstraint(fields=["feature", "service"], name="one_part_each")]

    def __str__(self) -> str:
        return f"{self.service.key} {self.part} {self.feature.key}"

    def agree(self, *, agreed: bool) -> None:
        """Note whether the service's team agrees, with the feature as it is now. Saves nothing."""
        self.agreed, self.agreed_with_id = agreed, self.feature.owner_id if agreed else None


class StandingConsent(models.Model):
    """The service's team agrees to every feature of another team."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="consents")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "team"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.service.key} agrees to {self.team.key}"


class Route(models.Model):
    """Binds a feature's variant to a version of a service in an environment.

    `wanted` says whether the mesh shall have it now: a rollout sets it on the way up.
    """

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="routes")
    variant = models.CharField(max_length=50)
    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="routes")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="routes")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    wanted = models.BooleanField(default=False)

    class Meta:
        ordering = ["environment__position", "service__key", "feature__key", "variant"]
        constraints = [
            models.UniqueConstraint(
                fields=["feature", "variant", "service", "environment"], name="one_route_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.feature.key}={self.variant} → {self.version}"
