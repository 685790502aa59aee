"""What applying would do, found out by doing it and taking it back at once.

As with imports, each document is a short transaction of its own, so that other writers wait for one
document at the longest. What it needs of the others (segments and features that it names, services
that it routes) is done before it there. Only where something is to go is all done in one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import transaction

from controlplane.declarations.documents import Document
from controlplane.declarations.outcomes import Outcome
from controlplane.declarations.running import Run
from controlplane.declarations.steps import last_steps, shared_steps


def rehearse(run: Run) -> list[Outcome]:
    """Fills the run's outcomes and mistakes; answers what would go. Nothing is kept."""
    for document in run.documents:
        with transaction.atomic():
            _rehearse_one(run, document)
            transaction.set_rollback(True)
    if run.mistakes.found or not run.has_to_prune():
        return []
    with transaction.atomic():
        again = run.again()
        again.all(shared_steps)
        for environment in again.environments():
            again.all_in(environment)
        again.all(last_steps)
        gone = run.prune()
        transaction.set_rollback(True)
    return gone


def _rehearse_one(run: Run, document: Document) -> None:
    needed = run.again(_needs(run.documents, document))
    needed.all(shared_steps)
    run.one(document, shared_steps)
    for environment in run.environments_of(document):
        needed.all_in(environment)
        run.one_in(document, environment)
    run.one(document, last_steps)


def _needs(documents: Sequence[Document], document: Document) -> list[Document]:
    """Those that it names, and those that they name, in their own order."""
    found: set[str] = {document.place}
    waiting = [document]
    while waiting:
        words = json.dumps(waiting.pop().fields)
        for other in documents:
            if other.place not in found and json.dumps(other.key) in words:
                found.add(other.place)
                waiting.append(other)
    return [one for one in documents if one.place in found and one is not document]
