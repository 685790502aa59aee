"""Create, change and delete people who sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.changes.members import RemoveMember
from accounts.changes.telling import tell
from accounts.changes.tokens import forget_tokens
from accounts.models import User
from accounts.reads import get_user
from accounts.states import user_state
from accounts.unchanged import KEEP
from governance.authorship import Authorship
from governance.changes import Change, Description
from governance.history import expect_revision
from governance.policy import Administrator, AnyOf, OfInstallation, Oneself, Permission
from governance.principals import Right
from governance.refusals import Conflict, Invalid

OURS = frozenset({"togglemesh"})  # the control plane's own name in the audit log
PEOPLE = OfInstallation(Right.PEOPLE)


@dataclass(frozen=True)
class CreateUser(Change[User]):
    """Create a person, who then has no role anywhere. Only administrators make administrators,
    and give rights."""

    username: str
    password: str = field(repr=False)
    name: str = ""
    email: str = ""
    administrator: bool = False
    rights: Sequence[str] = ()

    def permissions(self) -> Sequence[Permission]:
        return [Administrator()] if self.administrator or self.rights else [PEOPLE]

    def check(self) -> None:
        _check_username(self.username)
        user = self._user()
        _check_texts(user)
        _check_rights(self.rights)
        _check_password(self.password, user)

    def apply(self, by: Authorship) -> User:
        user = self._user()
        user.set_password(self.password)
        user.save()
        tell(by, "user.created", f"user:{user.username}", before=None, after=user_state(user))
        return user

    def describe(self) -> Description:
        return Description(f"Creates the user {self.username}.", None, user_state(self._user()))

    def _user(self) -> User:
        return User(
            username=self.username,
            first_name=self.name.strip(),
            email=self.email.strip(),
            is_superuser=self.administrator,
            is_staff=self.administrator,
            rights=sorted(set(self.rights)),
        )


@dataclass(frozen=True)
class SetUser(Change[User]):
    """Change what is given. People may change their own name and address; the rest takes the right
    over people, and whatever concerns administrators and rights takes an administrator."""

    user: str
    name: str = KEEP
    email: str = KEEP
    active: bool = KEEP
    administrator: bool = KEEP
    rights: Sequence[str] = KEEP
    password: str = field(default=KEEP, repr=False)
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        found = get_user(self.user)
        beyond = [self.active, self.password, self.administrator, self.rights]
        if all(one is KEEP for one in beyond):
            return [AnyOf((_over(found), Oneself(self.user)))]
        if self.administrator is not KEEP or self.rights is not KEEP:
            return [Administrator()]
        return [_over(found)]

    def check(self) -> None:
        found = get_user(self.user)
        changed = self._changed()
        _check_texts(changed)
        _check_rights(changed.rights)
        if self.password is not KEEP:
            _check_password(self.password, changed)
        if not (changed.is_active and changed.is_superuser):
            _check_administrator_left(found, "administrator")
        expect_revision(f"user:{self.user}", self.expected_revision)

    def apply(self, by: Authorship) -> User:
        before = user_state(get_user(self.user))
        changed = self._changed()
        after = user_state(changed)
        subject = f"user:{self.user}"
        if after != before:
            changed.save()
            tell(by, "user.set", subject, before=before, after=after)
        if self.password is not KEEP:
            changed.set_password(self.password)
            changed.save(update_fields=["password"])
            tell(by, "user.password-set", subject, before=after, after=after)
        return changed

    def describe(self) -> Description:
        before = user_state(get_user(self.user))
        return Description(f"Changes the user {self.user}.", before, user_state(self._changed()))

    def _changed(self) -> User:
        found = get_user(self.user)
        if self.name is not KEEP and self.name.strip() != found.get_full_name():
            found.first_name, found.last_name = self.name.strip(), ""
        if self.email is not KEEP:
            found.email = self.email.strip()
        if self.active is not KEEP:
            found.is_active = self.active
        if self.administrator is not KEEP:
            found.is_superuser = found.is_staff = self.administrator
        if self.rights is not KEEP:
            found.rights = sorted(set(self.rights))
        return found


@dataclass(frozen=True)
class DeleteUser(Change[None]):
    """Delete a person with their roles and tokens. What they did stays in the audit log."""

    user: str
    expected_revision: int | None = None

    def permissions(self) -> Sequence[Permission]:
        return [_over(get_user(self.user))]

    def check(self) -> None:
        _check_administrator_left(get_user(self.user), "user")
        expect_revision(f"user:{self.user}", self.expected_revision)

    def apply(self, by: Authorship) -> None:
        if by.author == self.user:
            raise Conflict(user="You cannot delete yourself: ask another administrator to.")
        found = get_user(self.user)
        before = user_state(found)
        for team in found.memberships.values_list("team__key", flat=True):
            RemoveMember(team=team, user=self.user).apply(by)
        forget_tokens(by, found)
        found.delete()
        tell(by, "user.deleted", f"user:{self.user}", before=before, after=None)

    def describe(self) -> Description:
        before = user_state(get_user(self.user))
        return Description(f"Deletes the user {self.user}.", before, None)


def _over(user: User) -> OfInstallation | Administrator:
    """Else who may change people could take over an administrator's account."""
    return Administrator() if user.is_superuser or user.rights else PEOPLE


def _check_administrator_left(user: User, field: str) -> None:
    """Raise Conflict when this is the only administrator who can sign in."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and user.is_active and not others.exists():
        raise Conflict(
            **{field: f"{user.username} is the last administrator: make another person one first."}
        )


def _check_username(username: str) -> None:
    try:
        User._meta.get_field("username").run_validators(username)
    except ValidationError as problem:
        raise Invalid(username=" ".join(problem.messages)) from None
    if username != User.normalize_username(username) or username in OURS or not username.strip():
        raise Invalid(username=f"{username!r} cannot be used: take another name.")
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict(username=f"There is a user {username!r} already, perhaps in other letters.")


def _check_texts(user: User) -> None:
    if len(user.first_name) > 150:
        raise Invalid(name="A name has at most 150 characters.")
    try:
        if user.email:
            validate_email(user.email)
    except ValidationError:
        raise Invalid(email=f"{user.email!r} is no address of e-mail.") from None
    if len(user.email) > 254:
        raise Invalid(email="An address has at most 254 characters.")


def _check_rights(rights: Sequence[str]) -> None:
    for one in rights:
        if one not in list(Right):
            known = ", ".join(Right)
            raise Invalid(rights=f"{one!r} is no right; choose of {known}.")


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Invalid(password=" ".join(problem.messages)) from None
