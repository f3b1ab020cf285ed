"""door: how does somebody come in, and stay in until told to leave?

Links and cookies are random; the store has only their hashes, so a copy of the database opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from ...domain.errors import MonitorError
from ...domain.person import TERMINAL, ApiToken, Person, Right, Role, Session
from ...ports import Clock, People
from .identity import Identity
from .passwords import Passwords
from .throttle import Throttle

LINK_LIFE = timedelta(days=1)
INVITE_LIFE = timedelta(days=7)
LINK_SESSION = timedelta(hours=12)  # of somebody who came by a link
SESSION_LIFE = timedelta(days=14)  # of somebody who has a password
TOKEN_MARK = "mm_"  # so that a key that was lost can be found in code by a scanner  # noqa: S105


class WrongPassword(MonitorError):
    """The name and the password do not belong together, or somebody has to wait."""


class Door:
    """Signs people in by one-time links and passwords, and tells who a cookie or a key belongs to."""

    def __init__(self, people: People, clock: Clock) -> None:
        self.people = people
        self._clock = clock
        self.passwords = Passwords()
        self._throttle = Throttle(clock.monotonic)

    async def link(self, base: str, name: str = TERMINAL, actor: str = TERMINAL) -> str:
        """A new address that signs in one browser, once. `base` is the console's own address."""
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        if name == TERMINAL:
            await self.people.add(Person(TERMINAL, Role.ADMIN, now), TERMINAL)
        life = LINK_LIFE if name == TERMINAL else INVITE_LIFE
        await self.people.invite(digest(token), name, now + life, actor, now)
        return f"{base.rstrip('/')}/sign-in?token={token}"

    async def by_link(self, token: str, agent: str) -> tuple[str, str] | None:
        """Uses up a link: (cookie, name), or None for one that is unknown, used or over."""
        name = await self.people.enter(digest(token), self._clock.now())
        return None if name is None else (await self._open(name, agent, LINK_SESSION), name)

    async def by_password(self, name: str, password: str, peer: str, agent: str) -> str:
        """The cookie of a new session. Raises WrongPassword, which tells how long to wait after many tries."""
        wait = self._throttle.wait(name, peer)
        if wait > 0:
            raise WrongPassword(f"Too many tries. Wait {wait:.0f} seconds, then try again.")
        self._throttle.begin(name, peer)
        stored = self.people.password(name)
        if not await self.passwords.fits(stored, password):
            raise WrongPassword("This name and this password do not belong together.")
        self._throttle.right(name, peer)
        return await self._open(name, agent, SESSION_LIFE)

    async def _open(self, name: str, agent: str, life: timedelta) -> str:
        now, cookie = self._clock.now(), secrets.token_urlsafe(32)
        await self.people.open_session(Session(digest(cookie), name, now, now + life, agent[:200]))
        return cookie

    def by_cookie(self, cookie: str | None) -> Identity | None:
        """Who holds this cookie."""
        found = self.people.session(digest(cookie), self._clock.now()) if cookie else None
        person = self.people.person(found.person) if found is not None else None
        return None if found is None or person is None else Identity(person, person.rights, found.id)

    def by_key(self, key: str) -> Identity | None:
        """Who holds this key, with the rights of the key."""
        found = self.people.token(digest(key), self._clock.now()) if key.startswith(TOKEN_MARK) else None
        person = self.people.person(found.person) if found is not None else None
        return None if found is None or person is None else Identity(person, found.rights & person.rights)

    async def used(self, key: str) -> None:
        """Remembers that this key was used."""
        await self.people.used(digest(key), self._clock.now())

    async def leave(self, cookie: str | None, actor: str) -> None:
        """Ends the session; its cookie is worth nothing from now on."""
        if cookie:
            await self.people.end_session(digest(cookie), actor, self._clock.now())

    async def key(self, label: str, person: str, rights: frozenset[Right], days: int | None, actor: str) -> str:
        """A new key for programs, told once; only its hash is stored."""
        now, key = self._clock.now(), TOKEN_MARK + secrets.token_urlsafe(32)
        ends = now + timedelta(days=days) if days else None
        await self.people.add_token(ApiToken(digest(key), label, person, rights, now, ends), actor)
        return key


def digest(text: str) -> str:
    """What is stored of a link, a cookie or a key: its SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
