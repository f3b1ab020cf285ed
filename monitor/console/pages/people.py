"""people: who may come in, and what is open in my name?"""

from __future__ import annotations

from dataclasses import dataclass

from ...domain.person import RIGHTS, TERMINAL, ApiToken, Person, Right, Role, Session
from ...ports import People
from .. import words
from .desk import Desk

_BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")  # each also names those behind it
_NAMED = {"Edg": "Edge", "OPR": "Opera"}
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
ROLES = {
    Role.ANALYST: "reads, rules on hits",
    Role.OPERATOR: "also edits watchlists, sources and deliveries",
    Role.AUDITOR: "reads everything, verifies and exports the log, changes nothing",
    Role.ADMIN: "may do everything, also admit others",
}
RIGHT_WORDS = {
    Right.READ: "read hits, sources, deliveries",
    Right.JUDGE: "rule on hits, mute",
    Right.OPERATE: "watchlists, sources, deliveries",
    Right.AUDIT: "the log: verify, export",
    Right.ADMIN: "people and keys",
    Right.PUSH: "hand in documents",
    Right.METRICS: "metrics",
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One account with its open sessions."""

    person: Person
    role_words: str
    state: tuple[str, str]  # look, word
    sessions: int


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """All accounts; `answer` is the first line."""

    answer: str
    rows: tuple[PersonRow, ...]
    roles: tuple[tuple[str, str], ...]
    tokens: tuple[ApiToken, ...]


@dataclass(frozen=True, slots=True)
class MePage:
    """My own account: what I may do, my sessions and keys."""

    answer: str
    person: Person
    role_words: str
    sessions: tuple[tuple[Session, bool, str], ...]  # with whether it is this one, and its browser
    tokens: tuple[ApiToken, ...]
    rights: tuple[tuple[str, str], ...]  # those a key of mine may carry
    may_have_password: bool


def people(desk: Desk, store: People) -> PeoplePage:
    """Fills the page of accounts."""
    found = [one for one in store.people() if one.name != TERMINAL or store.sessions(TERMINAL, desk.now)]
    rows = tuple(PersonRow(one, ROLES[one.role], _state(one), len(store.sessions(one.name, desk.now))) for one in found)
    accounts = sum(1 for one in found if one.name != TERMINAL)
    answer = words.counted(accounts, "account") if accounts else "No account yet: whoever is here came by a link"
    return PeoplePage(
        answer[:1].upper() + answer[1:],
        rows,
        tuple((role.value, told) for role, told in ROLES.items()),
        tuple(store.tokens()),
    )


def _state(person: Person) -> tuple[str, str]:
    if person.disabled:
        return "off", "disabled"
    if person.name == TERMINAL:
        return "good", "by link from the terminal"
    return ("good", "active") if person.has_password else ("warn", "invited, no password yet")


def browser(agent: str) -> str:
    """What a browser calls itself, as people call it: `Firefox on Windows`; anything else in its own words."""
    name = next((one for one in _BROWSERS if f"{one}/" in agent), "")
    system = next((one for one in _SYSTEMS if one in agent), "")
    if not name or not system:
        return agent[:60] or "a browser that does not say its name"
    return f"{_NAMED.get(name, name)} on {system}"


def me(desk: Desk, store: People) -> MePage:
    """Fills the page of one's own account."""
    person = desk.identity.person
    mine = RIGHTS[person.role]
    return MePage(
        answer=f"You are {person.name}, {person.role.value}",
        person=person,
        role_words=ROLES[person.role],
        sessions=tuple(
            (one, one.id == desk.identity.session, browser(one.agent)) for one in store.sessions(person.name, desk.now)
        ),
        tokens=tuple(store.tokens(person.name)),
        rights=tuple((right.value, RIGHT_WORDS[right]) for right in Right if right in mine),
        may_have_password=person.name != TERMINAL,
    )
