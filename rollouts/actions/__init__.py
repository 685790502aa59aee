"""What a person may do with a rollout: start, pause, resume, promote, abort.

Each is one transaction with its audit entry and event; the saga is nudged after the commit.
"""

from rollouts.actions.start import start
from rollouts.actions.steer import abort, pause, promote, resume

__all__ = ["abort", "pause", "promote", "resume", "start"]
