"""A rollout, its steps, the ledger of its side effects, and samples of traffic."""

import uuid

from django.db import models

from accounts.models import Environment, Team
from toggles.models import Revision, Toggle


class RolloutState(models.TextChoices):
    """Where the saga stands. `rules.MOVES` says which may follow which."""

    PREPARING = "preparing"  # routes are being put in place
    EXPOSING = "exposing"  # the toggle is moving to the step's exposure
    BAKING = "baking"  # the step is watched
    PAUSED = "paused"
    COMPENSATING = "compensating"  # toggle, then routes, are being taken back
    COMPLETED = "completed"
    ROLLED_BACK = "rolled-back"  # a gate failed
    ABORTED = "aborted"  # a person took it back


FINISHED = (RolloutState.COMPLETED, RolloutState.ROLLED_BACK, RolloutState.ABORTED)


class Rollout(models.Model):
    """The saga that moves a toggle and its routes to a target in steps. All its state is here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    toggle = models.ForeignKey(Toggle, on_delete=models.CASCADE, related_name="rollouts")
    variant = models.CharField(max_length=50)
    state = models.CharField(
        max_length=20, choices=RolloutState.choices, default=RolloutState.PREPARING
    )
    paused_from = models.CharField(max_length=20, blank=True)
    compensating_to = models.CharField(max_length=20, blank=True)
    why = models.TextField(blank=True)  # why it is in this state, for people
    cause = models.TextField(blank=True)  # what made it go back; kept to the end
    author = models.CharField(max_length=200)
    reason = models.TextField()
    before = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="+")
    gate = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)  # index of the current step
    # What it needs of the mesh, provider first, as it stood at the start (`rules.RoutePlan`).
    routes = models.JSONField(default=list)
    state_since = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)  # failures in a row of the next effect
    due_at = models.DateTimeField()  # when the sweeper shall look at it next
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["toggle"],
                condition=~models.Q(state__in=["completed", "rolled-back", "aborted"]),
                name="one_rollout_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="rollout_due")]

    def __str__(self) -> str:
        return f"{self.toggle} {self.state}"


class RolloutStep(models.Model):
    """One step: a segment gets the variant whole, or everyone up to a percentage. Then it bakes."""

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    segment = models.CharField(max_length=50, blank=True)
    percentage = models.PositiveSmallIntegerField(null=True)
    bake_seconds = models.PositiveIntegerField()
    exposed_at = models.DateTimeField(null=True)
    baked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rollout", "position"], name="step_position")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What people call it: the segment, or "10 %"."""
        return self.segment or f"{self.percentage} %"


class Effect(models.Model):
    """The ledger: one side effect done. Written after it; doing it again must change nothing."""

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="effects")
    name = models.CharField(max_length=100)  # e.g. "routes:cart", "expose:2", "back:toggle"
    detail = models.JSONField(default=dict)
    done_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rollout", "name"], name="each_effect_once")]

    def __str__(self) -> str:
        return self.name


class TrafficSample(models.Model):
    """What the proxies had counted at one moment: `{service: {version: [requests, errors]}}`."""

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    counts = models.JSONField()

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["environment", "at"], name="sample_time")]

    def __str__(self) -> str:
        return f"{self.environment.key} {self.at}"


class RolloutTemplate(models.Model):
    """Steps and a gate under a name, so that every rollout of a team goes the same way."""

    key = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="rollout_templates")
    steps = models.JSONField()
    gate = models.JSONField(default=dict)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
