"""The rest of an exposure: stored, kept, brought back, and refused when it makes no sense."""

from typing import Any

import pytest

from accounts.changes import CreateTeam, ensure_environments
from events.models import OutboxEvent
from governance.authorship import Authorship
from governance.changes import perform
from governance.models import AuditEntry
from governance.principals import system
from governance.refusals import Invalid
from togglemesh.engine import Engine, Exposure
from toggles import changes, reads
from toggles.models import Revision

BY = Authorship(system("ada"), "because")
DENY = [{"id": "deny", "ids": ["eve"], "variant": "off"}]
EVERYONE = {"id": "everyone", "split": [{"variant": "on", "weight": 1}]}


@pytest.fixture(autouse=True)
def features(db: None) -> None:
    ensure_environments()
    for team, feature in (("carts", "cart"), ("payments", "checkout"), ("search", "basket")):
        perform(BY, CreateTeam(key=team, name=team))
        perform(BY, changes.CreateFeature(key=feature, name=feature, owner=team))


def expose(feature: str, more: dict[str, Any] | None, **asked: Any) -> Revision:
    enabled, rules = asked.pop("enabled", True), asked.pop("rules", [EVERYONE])
    change = changes.SetExposure(
        feature,
        asked.pop("environment", "production"),
        Exposure.of(enabled=enabled, rules=rules, options=more),
        keep_options=more is None,
        **asked,
    )
    return perform(BY, change)


def needs(*features: str) -> dict[str, Any]:
    return {"prerequisites": [{"feature": one} for one in features]}


def test_set_exposure__more__is_in_document_audit_event_and_decision() -> None:
    expose("cart", {"lists": DENY})
    snapshot = reads.snapshot("production")
    assert snapshot["features"]["cart"]["lists"] == DENY
    assert AuditEntry.objects.latest("id").detail["after"]["more"] == {"lists": DENY}
    assert OutboxEvent.objects.latest("id").payload["more"] == {"lists": DENY}
    engine = Engine.from_snapshot(snapshot)
    assert [engine.decide("cart", {"userId": u}).value for u in ("eve", "ann")] == [False, True]


def test_set_exposure__none__keeps_what_there_was() -> None:
    expose("cart", {"lists": DENY})
    assert expose("cart", None, enabled=False).more == {"lists": DENY}
    assert expose("cart", {}).more == {}


def test_go_back__earlier_revision__brings_its_rest_back() -> None:
    expose("cart", {"lists": DENY})
    expose("cart", {})
    back = perform(BY, changes.RevertToggle(feature="cart", environment="production", revision=2))
    assert back.more == {"lists": DENY}


def test_set_exposure__same_origin__keeps_the_first_rest() -> None:
    first = expose("cart", {"lists": DENY}, origin="import:1")
    assert expose("cart", {}, origin="import:1") == first


def test_set_exposure__disabled_variant_of_a_parent_without_variants__met_by_who_has_it() -> None:
    expose("basket", {})
    expose("cart", {"prerequisites": [{"feature": "basket", "variants": ["disabled"]}]})
    engine = Engine.from_snapshot(reads.snapshot("production"))
    assert engine.decide("cart", {}).variant == "on"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"rules": []}, "'rules' is not a field here"),
        ({"key": "other"}, "'key' is not a field here"),
        ({"lists": [{"id": "x", "ids": ["a"], "variant": "maybe"}]}, "lists[0].variant"),
        ({"schedule": [{"at": "soon"}]}, "schedule[0].at"),
        ({"type": "string"}, ""),
        ({"off_variant": "on"}, "off_variant: is the feature's"),
        ({"targeting": {"if": [True, "on"]}}, "stands in the place of rules"),
        ({"metadata": {"a": []}}, "metadata.a"),
        (needs("nobody"), "prerequisites[0].feature: there is no feature 'nobody'."),
        (
            {"prerequisites": [{"feature": "basket", "variants": ["on", "purple"]}]},
            "prerequisites[0].variants[1]: basket has no variant 'purple'; it has on, off.",
        ),
        (needs("cart"), "cart needs cart in production."),
    ],
)
def test_set_exposure__senseless_more__refused_with_the_place(
    more: dict[str, Any], said: str
) -> None:
    before = Revision.objects.count()
    with pytest.raises(Invalid) as refused:
        expose("cart", more)
    assert said in next(iter(refused.value.errors.values()))
    assert set(refused.value.errors) <= {"more", "variants"}
    assert Revision.objects.count() == before


def test_set_exposure__circle_over_three_teams__told_in_words() -> None:
    expose("cart", needs("checkout"))
    expose("checkout", needs("basket"))
    with pytest.raises(Invalid) as refused:
        expose("basket", needs("cart"))
    assert refused.value.errors == {
        "more": "prerequisites: basket needs cart, which needs checkout, which needs basket "
        "in production."
    }


def test_set_exposure__other_half_of_the_circle_elsewhere__taken() -> None:
    expose("cart", needs("checkout"))
    expose("checkout", needs("cart"), environment="staging")
    expose("cart", {})
    expose("checkout", needs("cart"))


@pytest.mark.parametrize(
    "value", [True, "blue", 3.5, {"colour": "blue", "size": [1, 2]}, [1], None]
)
def test_create_feature__value_of_any_kind__comes_out_of_the_decision(value: Any) -> None:
    variants = {"none": {"value": None}, "some": {"value": value}}
    perform(
        BY,
        changes.CreateFeature(
            key="Shop.colour_2", name="x", owner="carts", variants=variants, off_variant="none"
        ),
    )
    split = [{"variant": "some", "weight": 1}]
    rule = {"id": "all", "stickiness": "tenant", "percentage": 100, "split": split}
    expose("Shop.colour_2", {}, rules=[rule])
    engine = Engine.from_snapshot(reads.snapshot("production"))
    assert engine.decide("Shop.colour_2", {"tenant": "acme"}).value == value


@pytest.mark.parametrize("name", ["Shop.colour", "new_cart"])
def test_mark_carried__name_that_no_label_takes__refused(name: str) -> None:
    perform(BY, changes.CreateFeature(key=name, name="x", owner="carts"))
    with pytest.raises(Invalid, match="cannot have routes"):
        perform(BY, changes.MarkCarried(feature=name))


def test_set_variants__one_in_use_taken_away__refused() -> None:
    expose("cart", {})
    with pytest.raises(Invalid):
        perform(
            BY,
            changes.SetVariants(feature="cart", variants={"off": {"value": 0}}, off_variant="off"),
        )


def test_set_variants__one_more__told_to_every_environment() -> None:
    variants = {"off": {"value": 0}, "on": {"value": 1}, "half": {"value": 0.5}}
    perform(BY, changes.SetVariants(feature="cart", variants=variants, off_variant="off"))
    for environment in ("development", "production"):
        last = reads.changes_after(environment, reads.last_number(environment) - 1)[0]
        assert last["document"]["variants"] == variants


def test_set_segment__nested_condition__decides() -> None:
    when = {"any": [{"field": "plan", "operator": "IN", "values": ["gold"]}]}
    perform(BY, changes.SetSegment(key="gold", name="Gold", constraints=[], when=when))
    expose("cart", {}, rules=[EVERYONE | {"segments": ["gold"]}])
    engine = Engine.from_snapshot(reads.snapshot("production"))
    assert [engine.decide("cart", {"plan": p}).value for p in ("gold", "tin")] == [True, False]
