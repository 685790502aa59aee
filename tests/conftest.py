"""The cast, and fixtures for real processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.test import override_settings

from accounts.models import Environment, Membership, Role, Team, User
from governance.anchors import KEY
from tests.processes import Processes
from tests.servers import Servers
from tests.testbed.running import cluster  # noqa: F401  # a fixture, for all tests

ENVIRONMENTS = [("development", False), ("staging", False), ("production", True)]


@pytest.fixture(scope="session", autouse=True)
def fast_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["tests.hashing.FastHasher"]):
        yield


@pytest.fixture
def environments(db: None) -> dict[str, Environment]:
    """Development, staging and production, by key."""
    return {
        key: Environment.objects.get_or_create(
            key=key,
            defaults={"name": key.title(), "position": place, "production": production},
        )[0]
        for place, (key, production) in enumerate(ENVIRONMENTS)
    }


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(key="shop", name="Shop")


@pytest.fixture
def administrator(db: None) -> User:
    """Of the installation; a member of no team."""
    return User.objects.create_superuser("ada", password="a long test password")


@pytest.fixture
def owner(team: Team) -> User:
    return _member("olga", team, Role.OWNER)


@pytest.fixture
def editor(team: Team) -> User:
    return _member("edgar", team, Role.EDITOR)


@pytest.fixture
def viewer(team: Team) -> User:
    return _member("vera", team, Role.VIEWER)


@pytest.fixture
def outsider(db: None) -> User:
    """Signed in, but a member of no team."""
    return User.objects.create_user("otto", password="a long test password")


def _member(name: str, team: Team, role: Role) -> User:
    user = User.objects.create_user(name, password="a long test password")
    Membership.objects.create(team=team, user=user, role=role)
    return user


@pytest.fixture
def no_anchors() -> None:
    """Valkey knows no head of any other test's audit chain."""
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.delete(KEY)


@pytest.fixture
def private_servers(tmp_path: Path) -> Iterator[Servers]:
    """A PostgreSQL and a Valkey that the test may stop, kill and start again."""
    servers = Servers(tmp_path / "servers")
    servers.start()
    yield servers
    servers.stop()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Starts processes of the project; all of them end with the test."""
    started = Processes(tmp_path)
    yield started
    started.stop()
