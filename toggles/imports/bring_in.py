"""Make an environment have what a file asks for: a transaction and a line of report per feature."""

from collections.abc import Iterator, Mapping
from functools import partial

from django.db import transaction

from accounts.models import Team
from accounts.reads import get_environment
from governance.authorship import Authorship
from governance.changes import perform
from governance.refusals import Invalid, Refusal
from togglemesh.engine import Exposure, find_cycle
from toggles import changes
from toggles.imports.outcome import Outcome
from toggles.imports.own_segments import content_of, settle_segments
from toggles.imports.rehearsal import Rehearsal, required
from toggles.imports.variants import bring_variants
from toggles.imports.wanted import Document, Wanted, WantedFeature
from toggles.models import Feature, FeatureKind, Segment
from toggles.prerequisites import cycle_in_words
from toggles.reads import get_toggle


def bring_in(
    by: Authorship,
    wanted: Wanted,
    *,
    environment: str,
    owner: str | None,
    check: bool = False,
    overwrite_segments: bool = False,
) -> Iterator[Outcome]:
    """What came of each segment and feature, as it comes; a refused one stays as it was.

    Each is a transaction of its own: other writers wait for one at the longest, and what was told
    is done, whatever comes after. With `check` nothing is kept. The same again is all `same`, so
    an import that was stopped is finished by running it again.
    """
    get_environment(environment)
    wanted = settle_segments(wanted, environment=environment, overwrite=overwrite_segments)
    rehearsal = Rehearsal(wanted) if check else None
    for key, one in wanted.segments.items():
        step = partial(_segment, by, key, one, wanted)
        yield rehearsal.of_segment(key, step) if rehearsal else step()
    refused = _in_circles(wanted.features)
    for feature in _parents_first(wanted.features):
        notes = "; ".join(wanted.left_out.get(feature.key, []))
        if feature.key in refused:
            yield Outcome("refused", "feature", feature.key, refused[feature.key])
            continue
        step = partial(_feature, by, feature, environment, owner, notes)
        yield rehearsal.of_feature(feature, step) if rehearsal else step()


def _segment(by: Authorship, key: str, one: Document, wanted: Wanted) -> Outcome:
    note = wanted.segment_notes.get(key, "")
    found = Segment.objects.filter(key=key).first()
    try:
        asked = changes.SetSegment(
            key=key, **{**one, "when": one.get("when")}, new=key not in wanted.overwritten
        )
        if found and content_of(found) == (asked.constraints, asked.when):
            return Outcome("same", "segment", key, note)
        perform(by, asked)
    except (AttributeError, Refusal, TypeError) as refused:
        return Outcome("refused", "segment", key, str(refused))
    return Outcome("changed" if found else "created", "segment", key, note)


def _feature(
    by: Authorship, wanted: WantedFeature, environment: str, owner: str | None, notes: str
) -> Outcome:
    try:
        with transaction.atomic():
            what = _bring(by, wanted, environment, owner)
    except Refusal as refused:
        return Outcome("refused", "feature", wanted.key, str(refused))
    return Outcome(what, "feature", wanted.key, notes)


def _bring(by: Authorship, wanted: WantedFeature, environment: str, owner: str | None) -> str:
    what = "same"
    if not Feature.objects.filter(key=wanted.key).exists():
        _create(by, wanted, owner)
        what = "created"
    toggle = get_toggle(feature=wanted.key, environment=environment)
    now, asked = toggle.current, (wanted.enabled, wanted.rules, wanted.more)
    if bring_variants(by, toggle, wanted):
        what = "changed"
    if now is None or (now.enabled, now.rules, now.more) != asked:
        perform(
            by,
            changes.SetExposure(
                feature=wanted.key,
                environment=environment,
                exposure=Exposure.of(
                    enabled=wanted.enabled, rules=wanted.rules, options=wanted.more
                ),
            ),
        )
        what = "created" if what == "created" else "changed"
    return what


def _create(by: Authorship, wanted: WantedFeature, owner: str | None) -> None:
    perform(
        by,
        changes.CreateFeature(
            key=wanted.key,
            name=wanted.name or wanted.key,
            owner=owner or wanted.owner or _only_team(),
            kind=wanted.kind or FeatureKind.RELEASE,
            description=wanted.description,
            variants=wanted.variants,
            off_variant=wanted.off_variant,
        ),
    )


def _only_team() -> str:
    teams = list(Team.objects.values_list("key", flat=True)[:2])
    if len(teams) != 1:
        raise Invalid(owner="Say with --owner which team shall own new features.")
    return teams[0]


def _in_circles(features: Mapping[str, WantedFeature]) -> dict[str, str]:
    """Why each feature is refused whose prerequisites, within the file, lead back to itself."""
    left = {key: one.more for key, one in features.items()}
    why: dict[str, str] = {}
    while cycle := find_cycle(left):
        for key in set(cycle):
            why[key] = f"prerequisites: {cycle_in_words(cycle, key)}."
            del left[key]
    return why


def _parents_first(features: Mapping[str, WantedFeature]) -> Iterator[WantedFeature]:
    """Each after those that it requires, so that a refused one refuses those that require it."""
    done: set[str] = set()
    for start in features:
        waiting = [start]
        while waiting:
            key = waiting[-1]
            deeper = [p for p in required(features[key]) if p in features and p not in done]
            fresh = [parent for parent in deeper if parent not in waiting]
            if fresh and key not in done:
                waiting.append(fresh[0])
                continue
            waiting.pop()
            if key not in done:
                done.add(key)
                yield features[key]
