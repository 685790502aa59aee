"""An evaluator whose feed dies at once each time; what granian calls."""

from toggles.evaluator import background
from toggles.evaluator.app import Evaluator
from toggles.evaluator.app import create as create_sound


async def die() -> None:
    raise KeyError("change")


def create() -> Evaluator:
    evaluator = create_sound()
    background.MOST_FAILURES = 3
    evaluator.parts.feed.keep_following = die  # type: ignore[method-assign]
    return evaluator
