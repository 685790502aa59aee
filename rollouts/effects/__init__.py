"""The side effects of a rollout: one function per kind of move, each safe to repeat.

A move that only changes the database commits together with its entry in the ledger. A move outside
it is done first and entered after.
"""

from rollouts.effects.doing import Doing
from rollouts.effects.perform import perform

__all__ = ["Doing", "perform"]
