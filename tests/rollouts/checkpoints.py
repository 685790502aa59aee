"""The checkpoints that a rollout of the shop passes, in order, in the kill tests' world.

`test_killed.py` checks that these are exactly the ones: a new side effect cannot go without cases.
Nothing but reading lies between the end of one move and "decided" of the next.
"""

from __future__ import annotations

UP = ("payments", "cart", "web")
DOWN = ("web", "cart", "payments")


def inside(*names: str) -> list[str]:
    """Effects in the database: they commit together with their entry in the ledger."""
    points = ("decided", "not committed")
    return [f"{name} {point}" for name in names for point in points]


def outside(name: str) -> list[str]:
    """Effects in the mesh: done first, then entered."""
    points = ("decided", "done, not entered", "not committed")
    return [f"{name} {point}" for point in points]


def only(*names: str) -> list[str]:
    """Moves without an entry: samples and rests."""
    return [f"{name} decided" for name in names]


PREPARING = [
    *(p for service in UP for p in (*inside(f"want:{service}"), *outside(f"routes:{service}"))),
    *inside(*(f"verified:{service}" for service in UP)),
    *inside("ready"),
]
FIRST_TICK = [*inside("expose:0"), *only("watch", "rest"), *only("watch")]
COMPLETING = [
    *PREPARING,
    *FIRST_TICK,
    *inside("baked:0", "expose:1"),
    *only("rest", "watch"),
    *inside("baked:1"),
]
ROLLING_BACK = [
    *PREPARING,
    *FIRST_TICK,
    *inside("go-back", "back:toggle"),
    *only("rest", "watch", "rest", "watch"),
    *inside("drained"),
    *(
        p
        for service in DOWN
        for p in (*inside(f"unwant:{service}"), *outside(f"unroute:{service}"))
    ),
    *inside("finish"),
]
