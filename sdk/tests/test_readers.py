"""Readers while a writer changes features one by one, in place."""

from collections.abc import Callable
from threading import Event, Thread

from wire_documents import change, feature, snapshot

from togglemesh.engine import Engine


def read_while(engine: Engine, read: Callable[[], None], write: Callable[[], None]) -> list[str]:
    """What went wrong for a reader that reads for as long as the writer writes."""
    done, problems = Event(), []

    def loop() -> None:
        try:
            while not done.is_set():
                read()
        except Exception as problem:
            problems.append(repr(problem))

    reader = Thread(target=loop)
    reader.start()
    write()
    done.set()
    reader.join()
    return problems


def test_decide_all__features_come_and_go__is_whole_each_time() -> None:
    engine = Engine.from_snapshot(snapshot(feature("steady"), number=0))

    def read() -> None:
        found = engine.decide_all({"userId": "u"})
        assert found["steady"].variant == "on"
        assert all(decision.reason in ("STATIC", "DEFAULT") for decision in found.values())
        assert engine.snapshot()["features"].keys() >= {"steady"}

    def write() -> None:
        for number in range(1, 1_001):
            key = f"f{number // 2 % 20}"
            if number % 2:
                engine.apply(change(number, feature(key, carried=number % 3 == 0)))
            else:
                removal = {"number": number, "kind": "feature-removed", "key": key}
                engine.apply(removal | {"document": None})

    assert read_while(engine, read, write) == []


def test_decide__circles_close_and_open__always_comes_to_an_end() -> None:
    def requires(key: str, *parents: str) -> dict[str, object]:
        return feature(key, prerequisites=[{"feature": one} for one in parents])

    engine = Engine.from_snapshot(
        snapshot(requires("a", "b"), requires("b", "c"), feature("c"), number=0)
    )

    def read() -> None:
        assert {engine.decide(key, {}).variant for key in ("a", "b", "c")} <= {"on", "off"}

    def write() -> None:
        for number in range(1, 1_001):
            closing = number % 2 == 1
            engine.apply(change(number, requires("c", "a") if closing else feature("c")))

    assert read_while(engine, read, write) == []
    assert engine.decide("a", {}).variant == "on"


def test_apply__one_of_many__leaves_the_others_as_they_are() -> None:
    """Constant time: nothing of the other features is touched, or even copied."""
    keys = [f"f{n}" for n in range(2_000)]
    engine = Engine.from_snapshot(snapshot(*(feature(key) for key in keys), number=0))
    before = engine._state.compiled
    others = {key: id(before[key]) for key in keys[1:]}
    engine.apply(change(1, feature("f0", enabled=False)))
    assert engine._state.compiled is before
    assert {key: id(before[key]) for key in keys[1:]} == others
    assert engine.decide("f0", {}).reason == "DISABLED"
