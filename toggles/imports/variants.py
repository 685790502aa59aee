"""Variants are a feature's, in all its environments; a file is of one environment."""

from governance.authorship import Authorship
from governance.changes import perform
from governance.refusals import Conflict
from toggles import changes
from toggles.imports.wanted import WantedFeature
from toggles.models import Toggle


def bring_variants(by: Authorship, toggle: Toggle, wanted: WantedFeature) -> bool:
    """Whether there was anything to change. Raises Conflict when others would feel it.

    New variants are added. What other environments may decide to now is changed only while the
    feature is off in all of them.
    """
    feature = toggle.feature
    clash = [k for k, v in wanted.variants.items() if feature.variants.get(k, v) != v]
    if not clash and wanted.off_variant == feature.off_variant:
        variants = feature.variants | wanted.variants
    elif _in_use_elsewhere(toggle):
        what = f"variant {clash[0]!r} has another value" if clash else "the off variant is another"
        raise Conflict(variants=f"{what} in environments where the feature is on.")
    else:
        variants = feature.variants | wanted.variants
    if (variants, wanted.off_variant) == (feature.variants, feature.off_variant):
        return False
    perform(
        by,
        changes.SetVariants(feature=feature.key, variants=variants, off_variant=wanted.off_variant),
    )
    return True


def _in_use_elsewhere(toggle: Toggle) -> bool:
    others = toggle.feature.toggles.exclude(pk=toggle.pk)
    return others.filter(current__enabled=True).exists()
