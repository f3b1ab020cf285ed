"""people: the console's accounts, sessions, links, keys and saved views in the database.

A change and its audit entry commit together; what is read is read at each request, so that what was ended is ended at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, or_, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.errors import LastAdmin
from monitor.domain.person import RIGHTS, ApiToken, Person, Right, Role, SavedView, Session
from storage.engine import Database
from storage.people import ApiTokenRow, InviteRow, PersonRow, SavedViewRow, SessionRow

from .polls import upsert
from .rows import AnyRow
from .writer import Tx, Writer

PERSON: Table = PersonRow.__table__  # type: ignore[attr-defined]
SESSION: Table = SessionRow.__table__  # type: ignore[attr-defined]
INVITE: Table = InviteRow.__table__  # type: ignore[attr-defined]
TOKEN: Table = ApiTokenRow.__table__  # type: ignore[attr-defined]
VIEW: Table = SavedViewRow.__table__  # type: ignore[attr-defined]
USED_EVERY = timedelta(minutes=5)  # how exact "last used" is
ENABLED = PERSON.c.disabled_at.is_(None)


class SqlPeople:
    """Implements `ports.People` on SQLite and PostgreSQL; writes go through the store's one writer."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    def person(self, name: str) -> Person | None:
        """One account."""
        found = self._all(select(PERSON).where(PERSON.c.name == name))
        return _person(found[0]) if found else None

    def people(self) -> list[Person]:
        """All accounts."""
        return [_person(row) for row in self._all(select(PERSON).order_by(PERSON.c.name))]

    def password(self, name: str) -> str | None:
        """The hash of an account's password."""
        found = self._all(select(PERSON.c.password).where(PERSON.c.name == name, ENABLED))
        return found[0].password if found else None

    def session(self, digest: str, now: datetime) -> Session | None:
        """An open session."""
        found = self._all(
            select(SESSION)
            .join(PERSON, PERSON.c.name == SESSION.c.person)
            .where(SESSION.c.id == digest, SESSION.c.ends_at > now, ENABLED)
        )
        return _session(found[0]) if found else None

    def sessions(self, name: str, now: datetime) -> list[Session]:
        """A person's open sessions."""
        wanted = select(SESSION).where(SESSION.c.person == name, SESSION.c.ends_at > now)
        return [_session(row) for row in self._all(wanted.order_by(SESSION.c.opened_at.desc()))]

    def token(self, digest: str, now: datetime) -> ApiToken | None:
        """A key that still opens; its rights are at most the account's."""
        found = self._all(
            select(TOKEN, PERSON.c.role)
            .join(PERSON, PERSON.c.name == TOKEN.c.person)
            .where(TOKEN.c.id == digest, or_(TOKEN.c.ends_at.is_(None), TOKEN.c.ends_at > now), ENABLED)
        )
        return _token(found[0], found[0].role) if found else None

    def tokens(self, name: str | None = None) -> list[ApiToken]:
        """All keys that were not ended."""
        wanted = select(TOKEN, PERSON.c.role).join(PERSON, PERSON.c.name == TOKEN.c.person)
        if name is not None:
            wanted = wanted.where(TOKEN.c.person == name)
        return [_token(row, row.role) for row in self._all(wanted.order_by(TOKEN.c.created_at.desc()))]

    def views(self, name: str) -> list[SavedView]:
        """A person's saved views."""
        wanted = select(VIEW).where(VIEW.c.person == name).order_by(VIEW.c.name)
        return [SavedView(row.id, row.person, row.name, row.query) for row in self._all(wanted)]

    async def add(self, person: Person, actor: str) -> bool:
        """Makes an account without a password."""
        row = {"name": person.name, "role": person.role.value, "created_at": person.created_at}

        def work(tx: Tx) -> bool:
            statement = upsert(tx.connection, PERSON).values(**row).on_conflict_do_nothing().returning(PERSON.c.name)
            made = tx.connection.execute(statement).first() is not None
            if made:
                body = {"person": person.name, "role": person.role.value}
                tx.note(AuditNote("person added", actor, person.created_at, body))
            return made

        return await self._writer.run(work)

    async def change(
        self, name: str, actor: str, now: datetime, *, role: Role | None = None, password: str | None = None,
        disabled: bool | None = None,
    ) -> bool:  # fmt: skip
        """Changes what is given. Raises LastAdmin."""

        def work(tx: Tx) -> bool:
            values: dict[str, Any] = {}
            if role is not None:
                values["role"] = role.value
            if password is not None:
                values["password"] = password
            if disabled is not None:
                values["disabled_at"] = now if disabled else None
            had = _admins(tx)
            if not tx.connection.execute(update(PERSON).where(PERSON.c.name == name).values(values)).rowcount:
                return False
            if had and not _admins(tx):
                raise LastAdmin(f"{name} is the last admin with a password: make another one first")
            tx.connection.execute(delete(SESSION).where(SESSION.c.person == name))
            told = {"password": "changed"} if password is not None else {}
            told |= {"role": role.value} if role is not None else {}
            told |= {"disabled": str(disabled).lower()} if disabled is not None else {}
            tx.note(AuditNote("person changed", actor, now, {"person": name, **told}))
            return True

        return await self._writer.run(work)

    async def mark_seen(self, name: str, until: datetime) -> None:
        """What is new up to then has been seen."""
        await self._set(name, {"seen_until": until})

    async def use_keys(self, name: str, keys: bool) -> None:
        """Switches single-letter keys on or off."""
        await self._set(name, {"keys": keys})

    async def _set(self, name: str, values: Mapping[str, object]) -> None:
        statement = update(PERSON).where(PERSON.c.name == name).values(dict(values))
        await self._writer.run(lambda tx: tx.connection.execute(statement).rowcount)

    async def invite(self, digest: str, name: str, ends_at: datetime, actor: str, now: datetime) -> None:
        """Stores a link that opens one session, once."""

        def work(tx: Tx) -> None:
            tx.connection.execute(delete(INVITE).where(INVITE.c.ends_at < now))
            tx.connection.execute(insert(INVITE), {"id": digest, "person": name, "ends_at": ends_at})
            tx.note(AuditNote("link made", actor, now, {"person": name, "until": ends_at}))

        await self._writer.run(work)

    async def enter(self, digest: str, now: datetime) -> str | None:
        """Uses up a link: the name of its account."""

        def work(tx: Tx) -> str | None:
            statement = delete(INVITE).where(INVITE.c.id == digest).returning(INVITE.c.person, INVITE.c.ends_at)
            used = tx.connection.execute(statement).first()
            return None if used is None or used.ends_at <= now else str(used.person)

        return await self._writer.run(work)

    async def open_session(self, session: Session) -> None:
        """Stores a session; those that are over go."""
        row = {
            "id": session.id, "person": session.person, "opened_at": session.opened_at, "ends_at": session.ends_at,
            "agent": session.agent,
        }  # fmt: skip

        def work(tx: Tx) -> None:
            tx.connection.execute(delete(SESSION).where(SESSION.c.ends_at < session.opened_at))
            tx.connection.execute(insert(SESSION), row)
            tx.note(AuditNote("signed in", session.person, session.opened_at, {"person": session.person}))

        await self._writer.run(work)

    async def end_session(self, digest: str, actor: str, now: datetime) -> bool:
        """Ends a session at once."""

        def work(tx: Tx) -> bool:
            ended = tx.connection.execute(delete(SESSION).where(SESSION.c.id == digest).returning(SESSION.c.person))
            row = ended.first()
            if row is not None:
                tx.note(AuditNote("signed out", actor, now, {"person": row.person}))
            return row is not None

        return await self._writer.run(work)

    async def add_token(self, token: ApiToken, actor: str) -> None:
        """Stores a key."""
        rights = sorted(right.value for right in token.rights)
        row = {
            "id": token.id, "label": token.label, "person": token.person, "rights": " ".join(rights),
            "created_at": token.created_at, "ends_at": token.ends_at,
        }  # fmt: skip

        def work(tx: Tx) -> None:
            tx.connection.execute(insert(TOKEN), row)
            body = {"token": token.id[:12], "label": token.label, "person": token.person, "rights": rights}
            tx.note(AuditNote("token made", actor, token.created_at, body))

        await self._writer.run(work)

    async def end_token(self, digest: str, actor: str, now: datetime) -> bool:
        """Ends a key at once."""

        def work(tx: Tx) -> bool:
            ended = tx.connection.execute(delete(TOKEN).where(TOKEN.c.id == digest).returning(TOKEN.c.label))
            row = ended.first()
            if row is not None:
                tx.note(AuditNote("token ended", actor, now, {"token": digest[:12], "label": row.label}))
            return row is not None

        return await self._writer.run(work)

    async def used(self, digest: str, now: datetime) -> None:
        """Remembers that a key was used, to within five minutes."""
        late = or_(TOKEN.c.used_at.is_(None), TOKEN.c.used_at < now - USED_EVERY)
        statement = update(TOKEN).where(TOKEN.c.id == digest, late).values(used_at=now)
        await self._writer.run(lambda tx: tx.connection.execute(statement).rowcount)

    async def keep_view(self, person: str, name: str, query: str) -> int:
        """Stores a view under its name."""

        def work(tx: Tx) -> int:
            statement = upsert(tx.connection, VIEW).values(person=person, name=name, query=query)
            kept = statement.on_conflict_do_update(index_elements=["person", "name"], set_={"query": query})
            return int(tx.connection.execute(kept.returning(VIEW.c.id)).scalar_one())

        return await self._writer.run(work)

    async def drop_view(self, person: str, number: int) -> bool:
        """Forgets a person's view."""
        statement = delete(VIEW).where(VIEW.c.id == number, VIEW.c.person == person)
        return bool(await self._writer.run(lambda tx: tx.connection.execute(statement).rowcount))

    def _all(self, wanted: Any) -> list[AnyRow]:
        with self._database.read() as connection:
            return list(connection.execute(wanted).all())


def _admins(tx: Tx) -> int:
    """How many may admit others."""
    wanted = select(func.count()).where(PERSON.c.role == Role.ADMIN.value, PERSON.c.password.is_not(None), ENABLED)
    return int(tx.connection.execute(wanted).scalar_one())


def _person(row: AnyRow) -> Person:
    return Person(
        row.name, Role(row.role), row.created_at, row.password is not None, row.disabled_at is not None,
        row.seen_until, row.keys,
    )  # fmt: skip


def _session(row: AnyRow) -> Session:
    return Session(row.id, row.person, row.opened_at, row.ends_at, row.agent)


def _token(row: AnyRow, role: str) -> ApiToken:
    rights = frozenset(Right(word) for word in row.rights.split()) & RIGHTS[Role(role)]
    return ApiToken(row.id, row.label, row.person, rights, row.created_at, row.ends_at, row.used_at)
