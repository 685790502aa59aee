"""What a browser asks for, from our evaluator and from Unleash's server, for the same features."""

from __future__ import annotations

import json

from benchmarks.hundred import QUERY, Hundred, decided_on, make_rules
from benchmarks.pressing import Target, make_request, press_in_turns
from benchmarks.requests import ALL, BODY, ask, is_served
from benchmarks.table import Row, Table
from benchmarks.unleash.installed import NotToBeHad, install
from benchmarks.unleash.server import UnleashServer
from benchmarks.world import World, wait_for

TURNS = 7
PATH = f"/api/frontend?{QUERY}"
THEIRS = "unleash-server, /api/frontend"


def measure(world: World, hundred: Hundred, turns: int = TURNS) -> Table:
    title = f"All of {hundred.count} features for a browser, beside unleash-server"
    try:
        return title, _measure(world, hundred, turns)
    except (NotToBeHad, SystemExit) as why:  # a row says so; the other parts go on
        return title, [(THEIRS, "not measured", str(why))]


def _measure(world: World, hundred: Hundred, turns: int) -> list[Row]:
    theirs = UnleashServer(world, install())
    theirs.set_up(make_rules(hundred.count))
    wanted = decided_on(hundred.count)
    wait_for(lambda: theirs.names_on(PATH) == wanted, "Unleash's server decides as we do")
    wait_for(lambda: is_served(world, hundred), "the evaluator has all features")
    ours, request = _our_request(world, hundred)
    targets = {
        THEIRS: Target(theirs.port, make_request("GET", PATH, theirs.frontend_key)),
        ours: Target(world.evaluation_port, request),
    }
    pressed = press_in_turns(targets, turns)
    beside = f"{pressed.ratio(ours, THEIRS):.1f} x unleash-server (median of {turns} turns)"
    return [
        (THEIRS, pressed.rate(THEIRS), "one process each"),
        (ours, pressed.rate(ours), beside),
        pressed.generator(),
    ]


def _our_request(world: World, hundred: Hundred) -> tuple[str, bytes]:
    """The same question where the evaluator has that API, or OFREP's bulk."""
    if hundred.client_key:
        status, body = ask(world.evaluation_port, "GET", PATH, hundred.client_key)
        if status == 200:
            _check(body, hundred)
            return "evaluator, /api/frontend", make_request("GET", PATH, hundred.client_key)
    bulk = make_request("POST", ALL, f"Bearer {hundred.server_key}", BODY)
    return "evaluator, OFREP bulk", bulk


def _check(body: bytes, hundred: Hundred) -> None:
    on = {one["name"] for one in json.loads(body)["toggles"]}
    if on != decided_on(hundred.count):
        raise SystemExit(f"the evaluator has other features on: {sorted(on)}")
