"""What `manage.py export` prints can be declared: it is what is there already."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from tests.api.caller import Caller
from tests.declarations.folder import FEATURE, RULE, SEGMENT, actions, send
from togglemesh.cli.folder.reading import read_documents

pytestmark = pytest.mark.usefixtures("environments", "team")


def declared(document: dict[str, Any], environment: str) -> list[dict[str, Any]]:
    """The documents that declare an exported environment."""
    segments = [{"segment": key, **one} for key, one in document["segments"].items()]
    return [*segments, *(_feature(k, one, environment) for k, one in document["features"].items())]


def _feature(key: str, exported: dict[str, Any], environment: str) -> dict[str, Any]:
    exposure = {"enabled": exported.pop("enabled"), "rules": exported.pop("rules")}
    here = {environment: {**exposure, **exported.pop("more", {})}}
    return {"feature": key, **exported, "environments": here}


def test_export__declared_as_printed__all_same(as_admin: Caller) -> None:
    lists = [{"id": "deny", "ids": ["eve"], "variant": "off"}]
    production = {"enabled": True, "rules": [RULE], "lists": lists}
    feature = {**FEATURE, "tags": [], "environments": {"production": production}}
    shared = {name: value for name, value in SEGMENT.items() if name != "owner"}
    assert send(as_admin, [shared, feature], source="by-hand")[0] == 200
    out = io.StringIO()
    call_command("export", environment="production", stdout=out)
    (exported,) = read_documents(out.getvalue().encode(), "production.yaml")
    documents = declared(exported.content, "production")
    status, answer = send(as_admin, documents, source="by-hand", dry_run=True)
    assert (status, actions(answer)) == (200, {}), answer
