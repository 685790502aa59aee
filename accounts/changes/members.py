"""Give people roles in teams, narrow them in an environment, and take them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.changes.telling import tell
from accounts.models import EnvironmentRole, Membership, Role
from accounts.reads import get_environment, get_team, get_user
from accounts.states import State, member_state
from accounts.unchanged import KEEP
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.history import expect_revision
from governance.policy import EVERY, AnyOf, InTeam, OfInstallation, Permission
from governance.principals import Right
from governance.principals import Role as PolicyRole
from governance.refusals import Invalid, NotFound


class _OfMember:
    """What the changes of one membership share."""

    team: str
    user: str

    def permissions(self) -> Sequence[Permission]:
        get_team(self.team, "team")
        # In every environment, or an owner who is narrowed in one could widen themselves there.
        owner = InTeam(PolicyRole.OWNER, self.team, EVERY)
        return [AnyOf((owner, OfInstallation(Right.PEOPLE)))]

    @property
    def _subject(self) -> str:
        return f"member:{self.team}/{self.user}"

    def _member(self) -> Membership | None:
        found = Membership.objects.filter(team__key=self.team, user__username=self.user)
        return found.select_related("team", "user").first()

    def _now(self) -> State | None:
        member = self._member()
        return member_state(member) if member else None


@dataclass(frozen=True)
class SetMember(_OfMember, Change[Membership]):
    """Give a person a role in a team; the same again changes nothing.

    `environments` holds the roles that stand in its place, by environment, each below it (None: no
    role there). Left out, those stay that are still below it.
    """

    team: str
    user: str
    role: str
    environments: Mapping[str, str | None] = KEEP
    expected_revision: int | None = None

    def check(self) -> None:
        _check_role("role", self.role)
        get_user(self.user)
        for place, role in self._narrowed(None).items():
            _check_narrowed(self.role, place, role)
        expect_revision(self._subject, self.expected_revision)

    def apply(self, by: Authorship) -> Membership:
        before = self._now()
        after = self._state(before)
        member, _ = Membership.objects.update_or_create(
            team=get_team(self.team, "team"),
            user=get_user(self.user),
            defaults={"role": self.role},
        )
        if before != after:
            _narrow(member, after["environments"])
            tell(by, "member.set", self._subject, before=before, after=after)
        return member

    def describe(self) -> Description:
        sentence = f"{self.user} becomes {self.role} of the team {self.team}."
        before = self._now()
        return Description(sentence, before, self._state(before))

    def _state(self, before: State | None) -> State:
        narrowed = self._narrowed(before)
        return {"role": self.role, "environments": {key: narrowed[key] for key in sorted(narrowed)}}

    def _narrowed(self, before: State | None) -> dict[str, str | None]:
        if self.environments is not KEEP:
            return dict(self.environments)
        kept = before["environments"] if before else {}
        return {place: role for place, role in kept.items() if _is_below(role, self.role)}


@dataclass(frozen=True)
class RemoveMember(_OfMember, Change[None]):
    """Take a person's role in a team away."""

    team: str
    user: str
    expected_revision: int | None = None

    def check(self) -> None:
        if self._member() is None:
            raise NotFound(user=f"{self.user!r} is no member of the team {self.team}.")
        expect_revision(self._subject, self.expected_revision)

    def apply(self, by: Authorship) -> None:
        before = self._now()
        found = self._member()
        if found is not None:
            found.delete()
            tell(by, "member.removed", self._subject, before=before, after=None)

    def describe(self) -> Description:
        sentence = f"{self.user} is no member of the team {self.team} any more."
        return Description(sentence, self._now(), None)


def _narrow(member: Membership, narrowed: Mapping[str, str | None]) -> None:
    member.environment_roles.all().delete()
    EnvironmentRole.objects.bulk_create(
        EnvironmentRole(membership=member, environment=get_environment(place), role=role or "")
        for place, role in narrowed.items()
    )


def _check_narrowed(role: str, place: str, there: str | None) -> None:
    get_environment(place)
    field = f"environments.{place}"
    if there is not None:
        _check_role(field, there)
    if not _is_below(there, role):
        raise Invalid(
            **{
                field: f"A role in one environment is below the one in the team; {there!r} is not "
                f"below {role!r}. Leave it out."
            }
        )


def _is_below(one: str | None, other: str) -> bool:
    return one is None or PolicyRole(one).rank < PolicyRole(other).rank


def _check_role(field: str, role: str) -> None:
    if role not in Role.values:
        known = ", ".join(Role.values)
        raise Invalid(**{field: f"{role!r} is no role; choose one of {known}."})
