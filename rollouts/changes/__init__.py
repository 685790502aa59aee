"""What a person may do with a rollout: start, pause, resume, promote, abort.

Each is one transaction with its audit entry and event; the saga is nudged after the commit.
"""

from rollouts.changes.start import StartRollout
from rollouts.changes.steer import Abort, Pause, Promote, Resume

__all__ = ["Abort", "Pause", "Promote", "Resume", "StartRollout"]
