"""people: who uses the console?"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ..domain.person import ApiToken, Person, Role, SavedView, Session


class People(Protocol):
    """Accounts of the console, their sessions, links, keys and saved views. Every change is an audit entry.

    Digests are SHA-256 of random values, in hexadecimal: what is stored opens nothing.
    """

    def person(self, name: str) -> Person | None:
        """One account, or None."""
        ...

    def people(self) -> list[Person]:
        """All accounts by name, disabled ones included."""
        ...

    def password(self, name: str) -> str | None:
        """The hash of an account's password; None where there is no account, no password, or it is disabled."""
        ...

    def session(self, digest: str, now: datetime) -> Session | None:
        """An open session of an account that is not disabled."""
        ...

    def sessions(self, name: str, now: datetime) -> list[Session]:
        """A person's open sessions, newest first."""
        ...

    def token(self, digest: str, now: datetime) -> ApiToken | None:
        """A key that still opens, of an account that is not disabled; its rights are at most the account's."""
        ...

    def tokens(self, name: str | None = None) -> list[ApiToken]:
        """All keys that were not ended, or those of one person."""
        ...

    def views(self, name: str) -> list[SavedView]:
        """A person's saved views by name."""
        ...

    async def add(self, person: Person, actor: str) -> bool:
        """Makes an account without a password; False when the name is taken."""
        ...

    async def change(
        self,
        name: str,
        actor: str,
        now: datetime,
        *,
        role: Role | None = None,
        password: str | None = None,
        disabled: bool | None = None,
    ) -> bool:
        """Changes what is given; a new password, role or disabling ends all sessions. False: no such account.

        Raises LastAdmin when nobody who is an admin with a password would be left.
        """
        ...

    async def mark_seen(self, name: str, until: datetime) -> None:
        """What is new up to then has been seen."""
        ...

    async def use_keys(self, name: str, keys: bool) -> None:
        """Switches single-letter keys on or off."""
        ...

    async def invite(self, digest: str, name: str, ends_at: datetime, actor: str, now: datetime) -> None:
        """Stores a link that opens one session of that account, once."""
        ...

    async def enter(self, digest: str, now: datetime) -> str | None:
        """Uses up a link: the name of its account, or None for one that is unknown, used or over."""
        ...

    async def open_session(self, session: Session) -> None:
        """Stores a session."""
        ...

    async def end_session(self, digest: str, actor: str, now: datetime) -> bool:
        """Ends a session at once; False when there is none."""
        ...

    async def add_token(self, token: ApiToken, actor: str) -> None:
        """Stores a key."""
        ...

    async def end_token(self, digest: str, actor: str, now: datetime) -> bool:
        """Ends a key at once; False when there is none."""
        ...

    async def used(self, digest: str, now: datetime) -> None:
        """Remembers when a key was used, to within five minutes."""
        ...

    async def keep_view(self, person: str, name: str, query: str) -> int:
        """Stores a view under its name, in place of one that had it; its number."""
        ...

    async def drop_view(self, person: str, number: int) -> bool:
        """Forgets a person's view; False when it is not theirs."""
        ...
