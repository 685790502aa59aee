"""From nothing to people with rights by `manage.py` alone; safe to repeat, plain when refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AccessToken, Environment, Membership, Team, User
from accounts.tokens import read_token
from governance.models import AuditEntry
from governance.principals import Principal, Role


def manage(*words: str, **options: Any) -> str:
    """What the command prints."""
    output = io.StringIO()
    call_command(*words, stdout=output, **options)
    return output.getvalue()


def test_commands__from_nothing__team_person_and_token_that_works(
    environments: dict[str, Environment],
) -> None:
    for _ in range(2):
        manage("create_team", "shop", "--name", "The shop")
    made = manage("create_user", "nina", "--email", "nina@shop.example")
    password = made.splitlines()[1].removeprefix("password: ")
    assert User.objects.get().check_password(password)
    assert password not in manage("create_user", "nina")
    manage("add_member", "shop", "nina", "--role", "owner", "--in", "production=viewer")
    assert Membership.objects.get().role == Role.OWNER
    token = manage("create_token", "laptop", "--user", "nina", "--days", "7").strip()
    who = read_token(token, timezone.now())
    assert isinstance(who, Principal)
    assert who.narrowed == {("shop", "production"): Role.VIEWER}
    entry = AuditEntry.objects.get(subject="user:nina")
    assert entry.author.startswith("command line: ")
    assert password not in str(entry.detail)


def test_create_user__password_in_the_environment__taken_and_not_printed(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGGLEMESH_PASSWORD", "a long test password")
    assert manage("create_user", "ada", "--administrator") == "user: ada\n"
    assert User.objects.get().check_password("a long test password")
    assert User.objects.get().is_superuser


def test_create_token__of_a_service__prints_the_token_and_nothing_else(team: Team) -> None:
    text = manage("create_token", "ci", "--role", "shop=editor")
    assert text.startswith("tm_service_")
    assert len(text.splitlines()) == 1
    assert AccessToken.objects.get().roles == {"shop": "editor"}


def test_grant_right__twice_and_taken_away__as_asked(outsider: User) -> None:
    for _ in range(2):
        manage("grant_right", "otto", "keys")
    manage("grant_right", "otto", "meshes")
    assert User.objects.get().rights == ["keys", "meshes"]
    manage("grant_right", "otto", "keys", "--revoke")
    assert User.objects.get().rights == ["meshes"]
    manage("grant_right", "otto", "administrator")
    assert User.objects.get().is_superuser
    with pytest.raises(CommandError, match="last administrator"):
        manage("grant_right", "otto", "administrator", "--revoke")


def test_create_environment__twice__one(environments: dict[str, Environment]) -> None:
    for _ in range(2):
        manage("create_environment", "canary", "--production")
    assert Environment.objects.get(key="canary").production


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["create_team", "The Shop"], "key: 'The Shop' cannot be used"),
        (["create_team", "search", "--name", "x" * 201], "at most 200 characters"),
        (["add_member", "nowhere", "otto"], "no team 'nowhere'"),
        (["add_member", "shop", "nobody"], "no user 'nobody'"),
        (["add_member", "shop", "otto", "--role", "king"], "choose one of viewer"),
        (["add_member", "shop", "otto", "--in", "production"], "write production=value"),
        (["create_token", "ci"], "either --user"),
        (["create_token", "ci", "--role", "shop=king"], "choose one of viewer"),
        (["create_token", "x", "--user", "otto", "--days", "999"], "lasts 1 to 365 days"),
        (["grant_right", "otto", "flying"], "choose of people"),
        (["grant_right", "nobody", "keys"], "no user 'nobody'"),
        (["create_environment", "canary", "--reason", " "], "Say why"),
    ],
)
def test_command__cannot_be_done__says_what_is_wrong(
    team: Team, outsider: User, words: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        manage(*words)
