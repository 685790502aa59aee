"""One go over documents: does their steps, and keeps what came of each and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from accounts.models import Environment
from accounts.reads import get_environment
from controlplane.declarations.documents import Document, environments_in
from controlplane.declarations.models import Declared
from controlplane.declarations.outcomes import Mistakes, Outcome
from controlplane.declarations.owning import check_source, own
from controlplane.declarations.pruning import prune, undeclared
from controlplane.declarations.steps import Step, steps_in
from governance.authorship import Authorship
from governance.changes import perform
from governance.differences import differences
from governance.policy import check_permission
from governance.refusals import NotFound, Refusal

Steps = Callable[[Document], Iterator[Step]]


@dataclass
class Run:
    """`outcomes` are by the document's place. After its first mistake the rest of a document is
    passed over. `only` are the environments to look at; None for all.
    """

    by: Authorship
    source: str
    documents: Sequence[Document]
    only: Collection[str] | None
    mistakes: Mistakes = field(default_factory=Mistakes)
    subjects: set[str] = field(default_factory=set)
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    _broken: set[str] = field(default_factory=set)
    _order: list[str] = field(default_factory=list)

    def again(self, documents: Sequence[Document] | None = None) -> Run:
        """Another one, whose outcomes and mistakes are of no matter."""
        return Run(
            self.by, self.source, self.documents if documents is None else documents, self.only
        )

    def all(self, steps: Steps) -> None:
        for document in self.documents:
            self.one(document, steps)

    def all_in(self, environment: str) -> None:
        for document in self.documents:
            self.one_in(document, environment)

    def one_in(self, document: Document, environment: str) -> None:
        self.one(document, lambda one: steps_in(one, environment))

    def one(self, document: Document, steps: Steps) -> None:
        """Each step in turn, up to the first mistake."""
        if document.place in self._broken:
            return
        place = document.place
        try:
            for step in steps(document):
                place = step.place
                self.outcomes.setdefault(document.place, []).append(self._do(document, step))
                place = document.place
        except Refusal as refused:
            self._broken.add(document.place)
            self.mistakes.note(place, refused)

    def environments(self) -> list[str]:
        """Those that the documents name, in their order."""
        named = {one for document in self.documents for one in self.environments_of(document)}
        return [key for key in self._keys() if key in named]

    def environments_of(self, document: Document) -> list[str]:
        """Those that it names, in their order; one that is not there is a mistake."""
        try:
            named = set(environments_in(document))
        except Refusal as refused:
            self._broken.add(document.place)
            self.mistakes.note(document.place, refused)
            return []
        for unknown in sorted(named - set(self._keys())):
            self._note_unknown(document, unknown)
        wanted = named if self.only is None else named & set(self.only)
        return [key for key in self._keys() if key in wanted]

    def prune(self) -> list[Outcome]:
        """Takes away what the source declared before and does not any more."""
        return prune(self.by, self.source, self.subjects, self.only, self.mistakes)

    def has_to_prune(self) -> bool:
        return bool(undeclared(self.source, self.subjects, self.only))

    def _keys(self) -> list[str]:
        if not self._order:
            self._order = list(Environment.objects.values_list("key", flat=True))
        return self._order

    def _note_unknown(self, document: Document, environment: str) -> None:
        place = f"{document.place}.environments.{environment}"
        self._broken.add(document.place)
        try:
            get_environment(environment)
        except NotFound as unknown:
            self.mistakes.note(place, NotFound(request=unknown.errors["environment"]))

    def _do(self, document: Document, step: Step) -> Outcome:
        self.subjects.add(step.subject)
        check_source(self.source, step.subject)
        differing = differences(step.before, step.after)
        told = Outcome(
            "same",
            step.subject,
            environment=step.environment,
            file=document.file,
            line=document.line,
            differences=differing,
        )
        if differing:
            perform(self.by, step.change)
            self._own(step)
            return replace(told, action="create" if step.before is None else "change")
        if step.kept and not Declared.objects.filter(subject=step.subject).exists():
            check_permission(self.by.principal, step.change.permissions())
            self._own(step)
            sentence = f"{self.source} declares it from now on."
            return replace(told, action="adopt", sentence=sentence)
        return told

    def _own(self, step: Step) -> None:
        if step.kept:
            own(self.source, step.subject)
