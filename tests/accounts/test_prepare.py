"""`manage.py prepare` leads on: the first administrator, made once and told where to find."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from governance.models import AuditEntry


def prepare(*words: str) -> str:
    output = io.StringIO()
    call_command("prepare", *words, stdout=output)
    return output.getvalue()


def test_prepare__password_of_the_environment__an_administrator_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGGLEMESH_ADMINISTRATOR", "ada")
    monkeypatch.setenv("TOGGLEMESH_ADMINISTRATOR_PASSWORD", "a long test password")
    assert "First administrator: ada" in prepare("--without-sign-in")
    found = User.objects.get()
    assert found.is_superuser
    assert found.check_password("a long test password")
    assert "a long test password" not in str(AuditEntry.objects.values_list("detail"))
    monkeypatch.setenv("TOGGLEMESH_ADMINISTRATOR_PASSWORD", "another long password")
    assert prepare("--without-sign-in") == ""
    assert User.objects.get().check_password("a long test password")


def test_prepare__no_password_and_no_folder_for_one__nobody_is_made(db: None) -> None:
    assert prepare("--without-sign-in") == ""
    assert not User.objects.exists()


def test_prepare__short_password__says_which_variable(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGGLEMESH_ADMINISTRATOR_PASSWORD", "short")
    with pytest.raises(CommandError, match="TOGGLEMESH_ADMINISTRATOR"):
        prepare("--without-sign-in")
