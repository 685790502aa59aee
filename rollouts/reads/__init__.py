"""Find rollouts, and read what the saga and the pages need of them."""

from rollouts.reads.finding import EARLY, active_rollout, due_rollouts, get_rollout, rollouts_of
from rollouts.reads.parts import pairs_of, policy_of, route_plans_of, samples_of, steps_of
from rollouts.reads.progress import progress

__all__ = [
    "EARLY",
    "active_rollout",
    "due_rollouts",
    "get_rollout",
    "pairs_of",
    "policy_of",
    "progress",
    "rollouts_of",
    "route_plans_of",
    "samples_of",
    "steps_of",
]
