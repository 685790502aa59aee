"""Folders of declarations: what is read, what is sent, and the line of each mistake."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from management_api import ManagementApi, Program, problem

from togglemesh.cli.folder.reading import Unreadable, read_documents

CHECKOUT = """\
# comes first
feature: checkout
owner: shop
variants:
  on: {value: true}
  off: {value: no}
environments:
  production:
    enabled: true
    rules:
      - id: share
        percentage: 140
"""
NOTHING = {"differs": False, "dry_run": True, "outcomes": []}
DIFFERS = {
    "differs": True,
    "dry_run": True,
    "outcomes": [
        {
            "action": "change",
            "subject": "toggle:production/checkout",
            "sentence": "…",
            "environment": "production",
            "file": "features/checkout.yaml",
            "line": 2,
            "differences": [{"path": "rules[0].percentage", "before": 10, "after": 140}],
        },
        {"action": "same", "subject": "segment:beta", "file": "", "line": 0, "differences": []},
    ],
}


@pytest.fixture
def api() -> Iterator[ManagementApi]:
    started = ManagementApi()
    yield started
    started.stop()


@pytest.fixture
def program(api: ManagementApi, tmp_path: Path) -> Program:
    (tmp_path / "features").mkdir()
    (tmp_path / "togglemesh.yaml").write_text("source: shop-folder\n")
    (tmp_path / "features" / "checkout.yaml").write_text(CHECKOUT)
    (tmp_path / "segments.json").write_text('{"segment": "beta", "constraints": []}')
    return Program(tmp_path, api.url)


def test_plan__folder__documents_with_their_places(api: ManagementApi, program: Program) -> None:
    api.answer("POST declarations", NOTHING)
    (program.folder / "segments.json").rename(program.folder / "segments.yaml")
    done = program("plan", "-f", ".")
    assert (done.returncode, done.stdout) == (0, "Planned: nothing.\n"), done.stderr
    sent = api.asked[0].body
    assert (sent["source"], sent["dry_run"]) == ("shop-folder", True)
    assert [(one["file"], one["line"]) for one in sent["documents"]] == [
        ("features/checkout.yaml", 2),
        ("segments.yaml", 1),
    ]
    # `on` and `no` as people mean them
    content = sent["documents"][0]["content"]
    assert content["variants"] == {"on": {"value": True}, "off": {"value": "no"}}
    assert "idempotency-key" not in api.asked[0].headers


def test_plan__differences__shown_and_told_by_the_exit_code(
    api: ManagementApi, program: Program
) -> None:
    api.answer("POST declarations", DIFFERS)
    done = program("plan", "-f", ".", "--detailed-exit-code")
    assert done.returncode == 6
    assert done.stdout.splitlines() == [
        "~ change toggle:production/checkout  (features/checkout.yaml:2)",
        "    rules[0].percentage: 10 → 140",
        "Planned: 1 change, 1 same.",
    ]
    assert program("plan", "-f", ".").returncode == 0


def test_plan__mistake__file_line_and_path(api: ManagementApi, program: Program) -> None:
    path = "documents[0].environments.production.rules[0].percentage"
    api.answer("POST declarations", problem(400, **{path: "must be at most 100."}))
    done = program("plan", "-f", ".")
    assert done.returncode == 1
    assert done.stderr == (
        "Error: features/checkout.yaml:12: environments.production.rules[0].percentage: "
        "must be at most 100.\n"
    )


def test_plan__mistake_of_what_is_left_out__the_line_around_it(
    api: ManagementApi, program: Program
) -> None:
    api.answer(
        "POST declarations",
        problem(400, **{"documents[0].environments.production.rules[0].split": "is needed."}),
    )
    assert "features/checkout.yaml:11: " in program("plan", "-f", ".").stderr


def test_apply__without_yes_and_terminal__nothing_applied(
    api: ManagementApi, program: Program
) -> None:
    api.answer("POST declarations", DIFFERS)
    done = program("apply", "-f", ".", "--reason", "r")
    assert done.returncode == 2
    assert [one.body["dry_run"] for one in api.asked] == [True]


def test_apply__yes__applied_and_told(api: ManagementApi, program: Program) -> None:
    api.answer("POST declarations", {**DIFFERS, "dry_run": False})
    words = ("apply", "-f", ".", "--reason", "r", "--yes", "-e", "production", "-o", "json")
    done = program(*words)
    assert (done.returncode, json.loads(done.stdout)["differs"]) == (0, True)
    (asked,) = api.asked
    assert (asked.body["dry_run"], asked.body["environments"]) == (False, ["production"])


def test_folder__no_source__says_where(api: ManagementApi, program: Program) -> None:
    (program.folder / "togglemesh.yaml").unlink()
    done = program("plan", "-f", ".")
    assert (done.returncode, api.asked) == (2, [])
    assert "togglemesh.yaml: say `source: NAME` there, or give --source" in done.stderr


def _bomb() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\na: 2\n", "f.yaml:2: 'a' comes twice"),
        ("a: 1\n b: 2\n", "f.yaml:2: mapping values are not allowed here"),
        ("- 1\n", "f.yaml:1: must be an object"),
        ("a: 1\n---\n- 1\n", "f.yaml:3: must be an object"),
        ("a: &b\n  c: *b\n", "f.yaml:2: "),
        ("a: !!python/object:os.system x\n", "f.yaml:1: the tag"),
        ("a: .inf\n", "f.yaml:1: infinity"),
        ("a: {b: 1}\n[c]: 2\n", "f.yaml:2: the name of a field must be text"),
        ("b: &b {c: 1}\na:\n  <<: *b\n", "f.yaml:3: merging"),
        (f"a: {'[' * 100}{']' * 100}\n", "f.yaml:1: nested deeper than 64 levels"),
        (_bomb(), "more than 200000 values"),
        ("a: 0x\n", ""),
    ],
    ids=range(12),
)
def test_read__what_cannot_be_read__named_with_its_line(text: str, told: str) -> None:
    if not told:
        assert read_documents(text.encode(), "f.yaml")[0].content == {"a": "0x"}
        return
    with pytest.raises(Unreadable) as refused:
        read_documents(text.encode(), "f.yaml")
    assert told in str(refused.value)


def test_read__yaml_1_2__as_people_mean_it() -> None:
    text = "on: yes\nn: null\nt: True\nf: 1e3\no: 0o17\nq: '5'\nz: 007\nd: 2024-01-01\n"
    (document,) = read_documents(text.encode(), "f.yaml")
    assert document.content == {
        "on": "yes",
        "n": None,
        "t": True,
        "f": 1000.0,
        "o": 15,
        "q": "5",
        "z": 7,
        "d": "2024-01-01",
    }
