"""What the database holds, in one number: equal before and after means that nothing was written."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from tests.api.caller import OURS


def fingerprint() -> str:
    """Over all rows of all tables of ours."""
    tables = [m._meta.db_table for label in OURS for m in apps.get_app_config(label).get_models()]
    each = [
        f"SELECT '{table}' AS name, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
        f' AS rows FROM "{table}" t'
        for table in sorted(tables)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(name || rows, ' ' ORDER BY name)) FROM ("
            + " UNION ALL ".join(each)
            + ") AS everything"
        )
        return str(cursor.fetchone()[0])
