"""What the demo shop adds to `manage.py up`."""

from controlplane.stack.site import Site
from controlplane.stack.supervisor import Member

SEED_COMMAND = "seed_shop"


def check() -> None:
    pass


def early_members(site: Site) -> list[Member]:
    return []


def members(site: Site) -> list[Member]:
    return []
