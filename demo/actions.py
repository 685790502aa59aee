"""Change the shop for a person: the fault is written to the audit log like any other change."""

from pathlib import Path

from django.db import transaction

from demo.faults import FAULTY, set_failing
from governance.actions import record
from governance.authorship import Authorship


@transaction.atomic
def set_fault(by: Authorship, shop: Path, *, failing: bool) -> None:
    """Make cart v2 fail, or heal it. Safe to repeat."""
    record(by, "demo.fault-set", f"instance:{FAULTY}", {"failing": failing})
    set_failing(shop, failing)
