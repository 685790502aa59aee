"""The address of the test database, for the processes that a test starts."""

from urllib.parse import quote

from django.db import connection


def address_of_database() -> dict[str, str]:
    """Environment that points a process to the database of the running test."""
    of = connection.settings_dict
    where = f"{of['USER']}:{quote(of['PASSWORD'])}@{of['HOST']}:{of['PORT']}/{of['NAME']}"
    return {"DATABASE_URL": f"postgresql://{where}"}
