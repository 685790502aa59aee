"""The shop's seed: complete, safe to repeat, and careful with what people changed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from accounts.changes import RevokeApiKey
from accounts.keys import parse
from accounts.models import ApiKey, User
from accounts.reads import live_keys
from demo.layout import CHAIN, Layout, key_file
from demo.seed import BY, seed
from governance.changes import perform
from governance.models import AuditEntry
from routing.models import Mesh, Placement, Route, ServiceVersion
from routing.reads import route_plans
from toggles.changes import SetSegment
from toggles.models import Segment, Toggle

pytestmark = pytest.mark.django_db


@pytest.fixture
def layout() -> Layout:
    ports = iter(range(20001, 20100))
    return Layout(
        proxies={service: next(ports) for service in CHAIN},
        # Nobody listens there: a proxy that is away must not keep the shop from starting.
        admins=dict.fromkeys(("shop", *CHAIN), 1),
        instances={f"{s}/{v}": next(ports) for s in CHAIN for v in ("v1", "v2")},
        first_hop=next(ports),
    )


def test_seed__empty_database__makes_the_whole_shop(tmp_path: Path, layout: Layout) -> None:
    admin = User.objects.create_superuser("admin", password="a long test password")
    seed(tmp_path, layout)
    plans = route_plans(feature="new-checkout", environment="production", variant="on")
    assert [(plan.service, plan.version, plan.wanted_before) for plan in plans] == [
        ("payments", "v2", False),
        ("cart", "v2", False),
        ("web", "v2", False),
    ]
    assert {p.baseline.version for p in Placement.objects.all()} == {"v1"}
    assert Mesh.objects.get().router == "envoy"
    assert Toggle.objects.filter(feature__key="new-checkout", current__enabled=False).count() == 3
    assert admin.memberships.get().role == "owner"
    for service in CHAIN:
        assert (tmp_path / "shop" / "mesh" / service / "rds.json").exists()


def test_seed__twice__changes_nothing(tmp_path: Path, layout: Layout) -> None:
    seed(tmp_path, layout)
    entries, key = AuditEntry.objects.count(), key_file(tmp_path).read_text()
    seed(tmp_path, layout)
    assert AuditEntry.objects.count() == entries
    assert key_file(tmp_path).read_text() == key
    assert ApiKey.objects.count() == 1


def test_seed__instances_moved__follows_them(tmp_path: Path, layout: Layout) -> None:
    seed(tmp_path, layout)
    moved = Layout(
        layout.proxies, layout.admins, {**layout.instances, "cart/v2": 23456}, layout.first_hop
    )
    seed(tmp_path, moved)
    found = ServiceVersion.objects.get(service__key="cart", version="v2")
    assert found.endpoints == ["127.0.0.1:23456"]
    assert "23456" in (tmp_path / "shop" / "mesh" / "cart" / "cds.json").read_text()


def test_seed__people_changed_things__leaves_them(tmp_path: Path, layout: Layout) -> None:
    seed(tmp_path, layout)
    constraint = {"field": "group", "operator": "IN", "values": ["staff"]}
    perform(BY, SetSegment(key="beta-users", name="Staff", constraints=[constraint]))
    Route.objects.filter(service__key="cart").update(wanted=True)
    seed(tmp_path, layout)
    assert Segment.objects.get(key="beta-users").name == "Staff"
    assert Route.objects.get(service__key="cart").wanted


def test_seed__key__is_live_and_for_us_alone(tmp_path: Path, layout: Layout) -> None:
    seed(tmp_path, layout)
    file = key_file(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    known = parse(file.read_text().strip())
    assert known
    assert (*known, "server", "production", []) in live_keys()


def test_seed__key_was_revoked__makes_another(tmp_path: Path, layout: Layout) -> None:
    seed(tmp_path, layout)
    before = parse(key_file(tmp_path).read_text().strip())
    assert before
    perform(BY, RevokeApiKey(selector=before[0]))
    seed(tmp_path, layout)
    after = parse(key_file(tmp_path).read_text().strip())
    assert after
    assert after != before
    assert (*after, "server", "production", []) in live_keys()
