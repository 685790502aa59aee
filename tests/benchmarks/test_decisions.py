"""Everybody who is compared can be set up, and decides what was asked for."""

import pytest

from benchmarks import decisions, loading
from benchmarks.peers import togglemesh
from benchmarks.peers.base import PEERS, build_peer, installed
from benchmarks.workloads import (
    COUNTRY_AND_PLAN,
    EVERYONE,
    HALF,
    WORKLOADS,
    Workload,
    make_keys,
)

KEYS = make_keys(60)


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize(("name", "module", "package"), PEERS)
def test_peer__each_workload__has_the_share_asked_for(
    name: str, module: str, package: str, workload: Workload
) -> None:
    if not installed(package):
        pytest.skip(f"{name} is not installed: uv sync --all-extras --group bench")
    peer = build_peer(module, KEYS, workload)
    try:
        check_share(sum(bool(peer.decide(key)) for key in KEYS), workload)
    finally:
        peer.close()


@pytest.mark.parametrize("workload", WORKLOADS)
def test_engine_and_client__each_workload__decide_alike(workload: Workload) -> None:
    engine = togglemesh.build_engine(KEYS, workload)
    client = togglemesh.build_client(KEYS, workload)
    decided = [engine.decide(key) for key in KEYS]
    check_share(sum(decided), workload)
    assert decided == [client.decide(key) for key in KEYS]


def test_unleash__same_share_by_user_id__decides_as_we_do() -> None:
    if not installed("UnleashClient"):
        pytest.skip("UnleashClient is not installed: uv sync --all-extras --group bench")
    theirs = build_peer("unleash", KEYS, HALF)
    ours = togglemesh.build_engine(KEYS, HALF)
    try:
        assert [theirs.decide(key) for key in KEYS] == [ours.decide(key) for key in KEYS]
    finally:
        theirs.close()


def test_measure__without_peers__says_who_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "installed", lambda _: False)
    tables = list(decisions.measure(features=5, turns=1))
    assert len(tables) == len(WORKLOADS) + 1
    rows = {what: (number, beside) for what, number, beside in tables[0][1]}
    assert decisions.ENGINE in rows
    for name, _, _ in PEERS:
        assert rows[name][0] == "not installed"


def test_loading__few_features__fills_both_rows() -> None:
    title, rows = loading.measure(features=30, changes=5, turns=1)
    assert "30 features" in title
    assert [what for what, _, _ in rows] == ["all of them", "one changed feature of them"]


def check_share(on: int, workload: Workload) -> None:
    if workload == EVERYONE:
        assert on == len(KEYS)
    else:
        assert workload in {HALF, COUNTRY_AND_PLAN}
        assert 0.25 < on / len(KEYS) < 0.75
