"""What a person may do with a rollout: start, pause, resume, promote, abort; and with templates.

Each is one transaction with its audit entry and event; the saga is nudged after the commit.
"""

from rollouts.changes.start import StartRollout
from rollouts.changes.steer import Abort, Pause, Promote, Resume
from rollouts.changes.templates import DeleteRolloutTemplate, SetRolloutTemplate

__all__ = [
    "Abort",
    "DeleteRolloutTemplate",
    "Pause",
    "Promote",
    "Resume",
    "SetRolloutTemplate",
    "StartRollout",
]
