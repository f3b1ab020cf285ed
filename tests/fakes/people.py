"""People in memory, held to the same contract as the real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.domain.audit import AuditNote
from monitor.domain.errors import LastAdmin
from monitor.domain.person import RIGHTS, ApiToken, Person, Role, SavedView, Session


class InMemoryPeople:
    """Implements ports.People; `notes` are the audit entries it would have made."""

    def __init__(self) -> None:
        self.accounts: dict[str, Person] = {}
        self.passwords: dict[str, str] = {}
        self.open: dict[str, Session] = {}
        self.invites: dict[str, tuple[str, datetime]] = {}
        self.keys: dict[str, ApiToken] = {}
        self.kept: dict[int, SavedView] = {}
        self.notes: list[AuditNote] = []

    def _note(self, kind: str, actor: str, at: datetime, **body: object) -> None:
        self.notes.append(AuditNote(kind, actor, at, body))

    def person(self, name: str) -> Person | None:
        """As ports.People."""
        return self.accounts.get(name)

    def people(self) -> list[Person]:
        """As ports.People."""
        return sorted(self.accounts.values(), key=lambda one: one.name)

    def password(self, name: str) -> str | None:
        """As ports.People."""
        found = self.accounts.get(name)
        return None if found is None or found.disabled else self.passwords.get(name)

    def session(self, digest: str, now: datetime) -> Session | None:
        """As ports.People."""
        found = self.open.get(digest)
        alive = found is not None and found.ends_at > now and not self.accounts[found.person].disabled
        return found if alive else None

    def sessions(self, name: str, now: datetime) -> list[Session]:
        """As ports.People."""
        mine = [one for one in self.open.values() if one.person == name and one.ends_at > now]
        return sorted(mine, key=lambda one: one.opened_at, reverse=True)

    def token(self, digest: str, now: datetime) -> ApiToken | None:
        """As ports.People."""
        found = self.keys.get(digest)
        if found is None or (found.ends_at is not None and found.ends_at <= now):
            return None
        owner = self.accounts[found.person]
        return None if owner.disabled else replace(found, rights=found.rights & RIGHTS[owner.role])

    def tokens(self, name: str | None = None) -> list[ApiToken]:
        """As ports.People."""
        return [
            replace(one, rights=one.rights & RIGHTS[self.accounts[one.person].role])
            for one in sorted(self.keys.values(), key=lambda one: one.created_at, reverse=True)
            if name in (None, one.person)
        ]

    def views(self, name: str) -> list[SavedView]:
        """As ports.People."""
        return sorted((one for one in self.kept.values() if one.person == name), key=lambda one: one.name)

    async def add(self, person: Person, actor: str) -> bool:
        """As ports.People."""
        if person.name in self.accounts:
            return False
        self.accounts[person.name] = replace(person, has_password=False)
        self._note("person added", actor, person.created_at, person=person.name, role=person.role.value)
        return True

    async def change(
        self, name: str, actor: str, now: datetime, *, role: Role | None = None, password: str | None = None,
        disabled: bool | None = None,
    ) -> bool:  # fmt: skip
        """As ports.People."""
        found = self.accounts.get(name)
        if found is None:
            return False
        had = self._admins()
        changed = replace(
            found, role=role or found.role, has_password=found.has_password or password is not None,
            disabled=found.disabled if disabled is None else disabled,
        )  # fmt: skip
        self.accounts[name] = changed
        if had and not self._admins():
            self.accounts[name] = found
            raise LastAdmin(f"{name} is the last admin with a password: make another one first")
        if password is not None:
            self.passwords[name] = password
        self.open = {digest: one for digest, one in self.open.items() if one.person != name}
        self._note("person changed", actor, now, person=name)
        return True

    def _admins(self) -> int:
        return sum(one.role is Role.ADMIN and one.has_password and not one.disabled for one in self.accounts.values())

    async def mark_seen(self, name: str, until: datetime) -> None:
        """As ports.People."""
        self.accounts[name] = replace(self.accounts[name], seen_until=until)

    async def use_keys(self, name: str, keys: bool) -> None:
        """As ports.People."""
        self.accounts[name] = replace(self.accounts[name], keys=keys)

    async def invite(self, digest: str, name: str, ends_at: datetime, actor: str, now: datetime) -> None:
        """As ports.People."""
        self.invites[digest] = (name, ends_at)
        self._note("link made", actor, now, person=name)

    async def enter(self, digest: str, now: datetime) -> str | None:
        """As ports.People."""
        name, ends_at = self.invites.pop(digest, ("", now))
        return name if ends_at > now else None

    async def open_session(self, session: Session) -> None:
        """As ports.People."""
        self.open[session.id] = session
        self._note("signed in", session.person, session.opened_at, person=session.person)

    async def end_session(self, digest: str, actor: str, now: datetime) -> bool:
        """As ports.People."""
        found = self.open.pop(digest, None)
        if found is not None:
            self._note("signed out", actor, now, person=found.person)
        return found is not None

    async def add_token(self, token: ApiToken, actor: str) -> None:
        """As ports.People."""
        self.keys[token.id] = token
        self._note("token made", actor, token.created_at, token=token.id[:12])

    async def end_token(self, digest: str, actor: str, now: datetime) -> bool:
        """As ports.People."""
        found = self.keys.pop(digest, None)
        if found is not None:
            self._note("token ended", actor, now, token=digest[:12])
        return found is not None

    async def used(self, digest: str, now: datetime) -> None:
        """As ports.People."""
        if digest in self.keys:
            self.keys[digest] = replace(self.keys[digest], used_at=now)

    async def keep_view(self, person: str, name: str, query: str) -> int:
        """As ports.People."""
        old = next((one.id for one in self.views(person) if one.name == name), None)
        number = old or max(self.kept, default=0) + 1
        self.kept[number] = SavedView(number, person, name, query)
        return number

    async def drop_view(self, person: str, number: int) -> bool:
        """As ports.People."""
        mine = number in self.kept and self.kept[number].person == person
        if mine:
            del self.kept[number]
        return mine
