"""Features, their toggle in each environment, immutable revisions, segments, the change log."""

from django.db import models

from accounts.models import Environment, Team
from togglemesh.engine import Exposure


class FeatureKind(models.TextChoices):
    RELEASE = "release"
    EXPERIMENT = "experiment"
    OPERATIONAL = "operational"
    PERMISSION = "permission"
    KILL_SWITCH = "kill-switch"


class Lifecycle(models.TextChoices):
    ACTIVE = "active"
    ARCHIVED = "archived"


class Feature(models.Model):
    """A capability that spans one or more services; the unit of decision.

    `variants` maps a variant's key to `{"value": …}`; `off_variant` is what everyone gets who does
    not have the feature. `carried` features travel in baggage: they have routes. Of features
    that are not `client_side` client keys (browsers, phones) hear nothing.
    """

    key = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=FeatureKind.choices, default=FeatureKind.RELEASE)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="features")
    lifecycle = models.CharField(max_length=20, choices=Lifecycle.choices, default=Lifecycle.ACTIVE)
    variants = models.JSONField()
    off_variant = models.CharField(max_length=50)
    carried = models.BooleanField(default=False)
    client_side = models.BooleanField(default=False)
    tags = models.JSONField(default=list, db_default=[])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Toggle(models.Model):
    """A feature in one environment. Its content is that of its current revision."""

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="toggles")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="toggles")
    current = models.ForeignKey(
        "Revision", on_delete=models.PROTECT, null=True, related_name="current_of"
    )

    class Meta:
        ordering = ["environment__position", "feature__key"]
        constraints = [
            models.UniqueConstraint(fields=["feature", "environment"], name="one_toggle_each")
        ]

    def __str__(self) -> str:
        return f"{self.environment.key}/{self.feature.key}"


class Revision(models.Model):
    """One immutable version of a toggle: on or off, and its exposure.

    `rules` are as in docs/wire.md; `more` holds what the exposure has beside them, by the names of
    "More of a feature" there: prerequisites, lists, schedule, targeting and the like.
    `origin` names the step that made it (`rollout:<id>:step:2`), so that doing the step twice
    makes one revision.
    """

    toggle = models.ForeignKey(Toggle, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    enabled = models.BooleanField()
    rules = models.JSONField(default=list)
    more = models.JSONField(default=dict, db_default={})
    author = models.CharField(max_length=200)
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    origin = models.CharField(max_length=100, null=True)  # noqa: DJ001 - null is outside the unique constraint

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["toggle", "number"], name="revision_number"),
            models.UniqueConstraint(fields=["toggle", "origin"], name="revision_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.toggle} r{self.number}"

    @property
    def exposure(self) -> Exposure:
        """Its content as one value."""
        return Exposure.of(enabled=self.enabled, rules=self.rules, options=self.more)


class Segment(models.Model):
    """A named, reusable set of constraints, the same in every environment.

    `when` is a nested condition that must hold too (docs/wire.md); null for none. `owner` is the
    team that may change it; without one it belongs to everybody.
    """

    key = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="segments")
    constraints = models.JSONField(default=list)
    when = models.JSONField(null=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class ChangeClock(models.Model):
    """The last number of an environment's change log; its row lock orders the writers."""

    environment = models.OneToOneField(
        Environment, on_delete=models.CASCADE, primary_key=True, related_name="clock"
    )
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.environment.key} at {self.number}"


class Change(models.Model):
    """One numbered step of an environment's change log (docs/wire.md, "Change")."""

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="changes")
    number = models.BigIntegerField()
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=50)
    document = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["environment_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["environment", "number"], name="change_number")
        ]

    def __str__(self) -> str:
        return f"{self.environment.key} {self.number} {self.kind} {self.key}"
