"""Features and toggles over the management API."""

from __future__ import annotations

from governance.models import AuditEntry
from tests.api.caller import Caller
from tests.api.endpoints import RULE, WHY
from toggles.models import Toggle

TOGGLE = "features/new-checkout/toggles/production"


def test_create_feature__new_key__a_toggle_that_is_off_everywhere(
    shop: object, as_editor: Caller
) -> None:
    body = {**WHY, "key": "dark-mode", "name": "Dark mode", "owner": "shop"}
    status, made = as_editor.post("features", body)
    assert status == 201
    states = {t["environment"]: t["current"]["enabled"] for t in made["toggles"]}
    assert states == {"development": False, "staging": False, "production": False}
    assert made == as_editor.get("features/dark-mode")[1]


def test_set_exposure__share__new_revision_with_author_and_words(
    shop: object, as_editor: Caller
) -> None:
    body = {"reason": "try it", "enabled": True, "rules": [RULE], "expected_revision": 1}
    status, revision = as_editor.put(TOGGLE, body)
    assert (status, revision["number"], revision["author"]) == (200, 2, "edgar")
    assert revision["in_words"] == "On for 5 % of everyone."
    assert as_editor.get(TOGGLE)[1]["current"] == revision
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.author, entry.reason) == ("edgar", "try it")
    assert entry.subject == "toggle:production/new-checkout"


def test_set_exposure__more__stored_told_and_kept(shop: object, as_editor: Caller) -> None:
    more = {"lists": [{"id": "deny", "ids": ["eve"], "variant": "off"}]}
    body = {**WHY, "enabled": True, "rules": [RULE], "more": more}
    status, revision = as_editor.put(TOGGLE, body)
    assert (status, revision["more"]) == (200, more)
    assert "eve" in revision["in_words"]
    kept = as_editor.put(TOGGLE, {**WHY, "enabled": False, "rules": [RULE]})[1]
    assert kept["more"] == more


def test_set_exposure__broken_more__refused_by_field(shop: object, as_editor: Caller) -> None:
    more = {"lists": [{"id": "deny", "ids": ["eve"], "variant": "purple"}]}
    before = as_editor.get(TOGGLE)[1]
    status, refused = as_editor.put(TOGGLE, {**WHY, "enabled": True, "rules": [], "more": more})
    assert status == 400
    assert "lists[0].variant" in str(refused)
    assert as_editor.get(TOGGLE)[1] == before


def test_go_back__earlier_revision__its_content_as_a_new_one(
    shop: object, as_editor: Caller
) -> None:
    as_editor.put(TOGGLE, {**WHY, "enabled": True, "rules": [RULE]})
    status, revision = as_editor.post(f"{TOGGLE}/go-back", {"reason": "no", "revision": 1})
    assert (status, revision["number"], revision["enabled"]) == (200, 3, False)
    numbers = [r["number"] for r in as_editor.items(f"{TOGGLE}/revisions")]
    assert numbers == [3, 2, 1]
    assert Toggle.objects.get(environment__key="staging").current.number == 1  # type: ignore[union-attr]  # it has one


def test_list_features__two_more_features__no_more_queries(
    shop: object, as_owner: Caller, django_assert_max_num_queries: object
) -> None:
    for key in ("one", "two"):
        as_owner.post("features", {**WHY, "key": key, "name": key, "owner": "shop"})
    with django_assert_max_num_queries(6):  # type: ignore[operator]  # a fixture
        assert len(as_owner.get("features")[1]["items"]) == 3
