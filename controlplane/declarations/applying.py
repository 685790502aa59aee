"""Plan and apply: the shared things, then each environment, then what goes.

Applying plans first: a mistake anywhere leaves everything as it was. Then each document's shared
things are a transaction (they expose nobody), and so is each environment, and all that goes. Should
somebody else change something meanwhile, the transaction under way is taken back, and applying
again does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from django.db import transaction

from controlplane.declarations.documents import Document
from controlplane.declarations.outcomes import Outcome
from controlplane.declarations.rehearsal import rehearse
from controlplane.declarations.running import Run
from controlplane.declarations.steps import last_steps, shared_steps
from governance.actions import record
from governance.authorship import Authorship
from governance.turn import take_turn


def plan(
    by: Authorship, source: str, documents: Sequence[Document], only: Collection[str] | None = None
) -> list[Outcome]:
    """What applying would do; nothing is kept. Raises one refusal with all mistakes."""
    run = Run(by, source, documents, only)
    gone = rehearse(run)
    run.mistakes.check()
    return _told(documents, run, gone)


def apply(
    by: Authorship, source: str, documents: Sequence[Document], only: Collection[str] | None = None
) -> list[Outcome]:
    """The same for real. Raises a refusal with all mistakes, or what changed meanwhile."""
    planned = Run(by, source, documents, only)
    gone = rehearse(planned)
    planned.mistakes.check()
    run = _changing(planned)
    for document in run.documents:
        _commit(run, lambda document=document: run.one(document, shared_steps))  # type: ignore[misc]  # bound now
    for environment in run.environments():
        _commit(run, lambda where=environment: run.all_in(where))  # type: ignore[misc]  # bound now
    if run.documents or gone:
        gone = _commit_last(run)
    return _told(documents, run, gone)


def _changing(planned: Run) -> Run:
    """The run over the documents that differ; the others are known to be the same."""
    differing = [
        one
        for one in planned.documents
        if any(outcome.writes for outcome in planned.outcomes.get(one.place, ()))
    ]
    places = {one.place for one in differing}
    same = {place: told for place, told in planned.outcomes.items() if place not in places}
    run = planned.again(differing)
    run.subjects, run.outcomes = set(planned.subjects), same
    return run


def _commit(run: Run, stage: Callable[[], object]) -> None:
    """One transaction, with one entry of the audit log that says what belongs together."""
    before = _written(run)
    with transaction.atomic():
        take_turn()
        stage()
        run.mistakes.check()
        _record(run, [one for one in _written(run) if one not in before])


def _commit_last(run: Run) -> list[Outcome]:
    before = _written(run)
    with transaction.atomic():
        take_turn()
        run.all(last_steps)
        gone = run.prune()
        run.mistakes.check()
        written = [one for one in _written(run) if one not in before]
        _record(run, [*written, *(_in_words(one) for one in gone if one.writes)])
    return gone


def _record(run: Run, written: list[str]) -> None:
    if written:
        record(run.by, "declarations.applied", f"source:{run.source}", {"written": written})


def _written(run: Run) -> list[str]:
    told = [one for outcomes in run.outcomes.values() for one in outcomes if one.writes]
    return [_in_words(one) for one in told]


def _in_words(outcome: Outcome) -> str:
    return f"{outcome.action} {outcome.subject}"


def _told(documents: Sequence[Document], run: Run, gone: list[Outcome]) -> list[Outcome]:
    """By document, then what went."""
    return [one for document in documents for one in run.outcomes.get(document.place, ())] + gone
