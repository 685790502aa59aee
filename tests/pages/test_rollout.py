"""Start a rollout by form, watch its live part, and steer it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rollouts.models import Rollout, RolloutState
from tests.routing.shop import FEATURE, PRODUCTION

START = f"/features/{FEATURE}/{PRODUCTION}/rollout"


def asked(*steps: tuple[str, str], **more: str) -> dict[str, str]:
    rows: dict[str, str] = {"variant": "on", "margin_points": "5", "reason": "it is ready"}
    for row in range(8):
        who, bake = steps[row] if row < len(steps) else ("", "5")
        rows |= {f"who_{row}": who, f"bake_{row}": bake}
    return {**rows, **more}


def test_start__form__has_steps_that_suit_most(shop: object, as_editor: Client) -> None:
    html = as_editor.get(START).content.decode()
    for step in ("beta-users", "1 %", "10 %", "50 %", "100 %"):
        assert f'value="{step}"' in html


def test_start__steps__rollout_with_them(shop: object, as_editor: Client) -> None:
    response = as_editor.post(START, asked(("beta-users", "3"), ("10", "4"), ("50 %", "5")))
    rollout = Rollout.objects.get()
    assert response.headers["Location"] == f"/rollouts/{rollout.pk}/"
    steps = [(step.title, step.bake_seconds) for step in rollout.steps.all()]
    assert steps == [("beta-users", 3), ("10 %", 4), ("50 %", 5)]
    assert (rollout.author, rollout.reason) == ("edgar", "it is ready")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (asked(), "A rollout needs at least one step."),
        (asked(("nope", "5")), "There is no segment"),
        (asked(("101 %", "5")), "1 to 100"),
        (asked(("50 %", "5"), ("10 %", "5")), "Percentages must rise"),
        (asked(("10 %", "0")), "greater than or equal to 1"),
        (asked(("10 %", "5"), margin_points="101"), "less than or equal to 100"),
        (asked(("10 %", "5"), reason=" "), "Say why"),
    ],
)
def test_start__bad_value__said_in_words_and_nothing_started(
    sent: dict[str, str], sentence: str, shop: object, as_editor: Client
) -> None:
    response = as_editor.post(START, sent)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Rollout.objects.exists()


def test_start__one_under_way__says_so(rollout: Rollout, as_editor: Client) -> None:
    response = as_editor.post(START, asked(("10 %", "5")))
    assert "has a rollout under way" in response.content.decode()
    assert Rollout.objects.count() == 1


def test_live__under_way__state_in_word_icon_and_colour(
    rollout: Rollout, as_viewer: Client
) -> None:
    response = as_viewer.get(f"/rollouts/{rollout.pk}/live")
    html = response.content.decode()
    assert response.status_code == 200
    assert 'data-state="preparing"' in html
    for sign in ("Preparing routes", "is-busy", "<svg", "beta-users", "payments"):
        assert sign in html


def test_live__ended__tells_htmx_to_stop_asking(rollout: Rollout, as_viewer: Client) -> None:
    why = "cart v2 failed 16 of 42 requests (38.1%); v1 0.2%."
    ended = {"state": RolloutState.ROLLED_BACK, "why": why}
    Rollout.objects.filter(pk=rollout.pk).update(finished_at=rollout.started_at, **ended)
    response = as_viewer.get(f"/rollouts/{rollout.pk}/live")
    assert response.status_code == 286
    assert why in response.content.decode()
    whole = as_viewer.get(f"/rollouts/{rollout.pk}/").content.decode()
    assert "every 1s" not in whole


def test_live__asked_each_second__few_queries(
    rollout: Rollout, as_viewer: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(15):
        as_viewer.get(f"/rollouts/{rollout.pk}/live")


def test_pause__from_htmx__live_part_with_go_on(rollout: Rollout, as_editor: Client) -> None:
    address, headers = f"/rollouts/{rollout.pk}", {"HX-Request": "true"}
    html = as_editor.post(f"{address}/pause", headers=headers).content.decode()
    assert 'data-state="paused"' in html
    assert "Go on" in html
    html = as_editor.post(f"{address}/pause", headers=headers).content.decode()
    assert "paused already" in html


def test_pause__without_scripts__back_to_the_page(rollout: Rollout, as_editor: Client) -> None:
    response = as_editor.post(f"/rollouts/{rollout.pk}/pause")
    assert response.headers["Location"] == f"/rollouts/{rollout.pk}/"
    assert Rollout.objects.get().state == RolloutState.PAUSED


def test_abort__no_reason__asks_for_it(rollout: Rollout, as_editor: Client) -> None:
    response = as_editor.post(f"/rollouts/{rollout.pk}/abort", {"reason": ""})
    assert response.status_code == 422
    assert Rollout.objects.get().state == RolloutState.PREPARING


def test_abort__reason__is_being_taken_back(rollout: Rollout, as_editor: Client) -> None:
    as_editor.post(f"/rollouts/{rollout.pk}/abort", {"reason": "the wrong week"})
    found = Rollout.objects.get()
    assert found.state == RolloutState.COMPENSATING
    assert "the wrong week" in found.why


def test_promote__nothing_bakes_yet__says_why_not(rollout: Rollout, as_editor: Client) -> None:
    response = as_editor.post(f"/rollouts/{rollout.pk}/promote", {"reason": "hurry"})
    assert response.status_code == 422
    assert "Only a bake can be skipped" in response.content.decode()
