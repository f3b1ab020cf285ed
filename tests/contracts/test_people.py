"""The promises of People, on every implementation: what is ended is ended at once, and nobody locks everybody out."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.adapters.sql import SqlPeople, SqlQueries, SqlStore, open_database
from monitor.domain.errors import LastAdmin
from monitor.domain.person import ApiToken, Person, Right, Role, Session
from monitor.ports import People
from tests.contracts.conftest import copied_database
from tests.fakes.people import InMemoryPeople

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def people(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[People]:
    """People with nobody in it."""
    if request.param == "memory":
        yield InMemoryPeople()
        return
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "monitor.db")
        url = f"sqlite:///{tmp_path / 'monitor.db'}"
    else:
        url = copied_database(request.getfixturevalue("migrated_database"))
    database = open_database(url)
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    yield SqlPeople(database, store.writer)
    assert queries.verify().status == "ok"
    queries.close()
    await store.close()


async def made(people: People, name: str, role: Role = Role.ANALYST, password: str | None = "hash") -> None:
    """An account, with a password unless told."""
    assert await people.add(Person(name, role, NOW), "admin")
    if password:
        await people.change(name, "admin", NOW, password=password)


def session(name: str, digest: str = "d1") -> Session:
    return Session(digest, name, NOW, NOW + HOUR, "a browser")


async def test_a_name_is_given_once(people: People) -> None:
    await made(people, "ada")
    assert not await people.add(Person("ada", Role.ADMIN, NOW), "admin")
    assert [(one.name, one.role, one.has_password) for one in people.people()] == [("ada", Role.ANALYST, True)]
    assert people.person("nobody") is None
    assert people.password("nobody") is None


async def test_a_session_ends_with_its_time(people: People) -> None:
    await made(people, "ada")
    await people.open_session(session("ada"))
    assert people.session("d1", NOW) == session("ada")
    assert people.session("d1", NOW + HOUR) is None
    assert people.session("d2", NOW) is None


async def test_a_session_that_was_ended_is_dead_at_once(people: People) -> None:
    """A103."""
    await made(people, "ada")
    await people.open_session(session("ada"))
    assert await people.end_session("d1", "ada", NOW)
    assert people.session("d1", NOW) is None
    assert not await people.end_session("d1", "ada", NOW)


@pytest.mark.parametrize("change", [{"password": "other"}, {"disabled": True}, {"role": Role.AUDITOR}])
async def test_a_change_of_password_role_or_state_ends_every_session(people: People, change: dict[str, object]) -> None:
    await made(people, "root", Role.ADMIN)
    await made(people, "ada")
    await people.open_session(session("ada"))
    assert await people.change("ada", "root", NOW, **change)  # type: ignore[arg-type]
    assert people.session("d1", NOW) is None
    assert people.sessions("ada", NOW) == []


async def test_a_disabled_account_has_no_password_and_no_keys(people: People) -> None:
    await made(people, "root", Role.ADMIN)
    await made(people, "ada")
    await people.add_token(ApiToken("k1", "script", "ada", frozenset({Right.READ}), NOW), "ada")
    await people.change("ada", "root", NOW, disabled=True)
    assert people.password("ada") is None
    assert people.token("k1", NOW) is None
    await people.change("ada", "root", NOW, disabled=False)
    assert people.password("ada") == "hash"
    assert people.token("k1", NOW) is not None


async def test_the_last_admin_with_a_password_stays(people: People) -> None:
    await made(people, "root", Role.ADMIN)
    await made(people, "guest", Role.ADMIN, password=None)
    with pytest.raises(LastAdmin, match="last admin"):
        await people.change("root", "root", NOW, role=Role.ANALYST)
    with pytest.raises(LastAdmin):
        await people.change("root", "root", NOW, disabled=True)
    found = people.person("root")
    assert found is not None
    assert (found.role, found.disabled) == (Role.ADMIN, False)


async def test_a_link_opens_once_and_only_in_time(people: People) -> None:
    await made(people, "ada", password=None)
    await people.invite("i1", "ada", NOW + HOUR, "root", NOW)
    await people.invite("i2", "ada", NOW + HOUR, "root", NOW)
    assert await people.enter("i1", NOW) == "ada"
    assert await people.enter("i1", NOW) is None
    assert await people.enter("i2", NOW + HOUR) is None
    assert await people.enter("i3", NOW) is None


async def test_a_key_has_at_most_the_rights_of_its_owner(people: People) -> None:
    """A95: nobody raises their own rights by a key made before."""
    await made(people, "root", Role.ADMIN)
    await made(people, "ada", Role.OPERATOR)
    rights = frozenset({Right.READ, Right.OPERATE})
    await people.add_token(ApiToken("k1", "script", "ada", rights, NOW, NOW + HOUR), "ada")
    found = people.token("k1", NOW)
    assert found is not None
    assert found.rights == rights
    await people.change("ada", "root", NOW, role=Role.ANALYST)
    weaker = people.token("k1", NOW)
    assert weaker is not None
    assert weaker.rights == frozenset({Right.READ})
    assert people.token("k1", NOW + HOUR) is None
    assert [one.id for one in people.tokens("ada")] == ["k1"]
    assert people.tokens("root") == []
    assert await people.end_token("k1", "ada", NOW)
    assert not await people.end_token("k1", "ada", NOW)
    assert people.tokens() == []


async def test_a_view_has_one_name_and_one_owner(people: People) -> None:
    await made(people, "ada")
    await made(people, "bob")
    first = await people.keep_view("ada", "my calls", "kind=policy-document")
    assert await people.keep_view("ada", "my calls", "kind=news") == first
    assert [(one.name, one.query) for one in people.views("ada")] == [("my calls", "kind=news")]
    assert people.views("bob") == []
    assert not await people.drop_view("bob", first)
    assert await people.drop_view("ada", first)
    assert people.views("ada") == []


async def test_what_has_been_seen_and_the_keys_are_remembered(people: People) -> None:
    await made(people, "ada")
    await people.mark_seen("ada", NOW)
    await people.use_keys("ada", False)
    found = people.person("ada")
    assert found is not None
    assert (found.seen_until, found.keys) == (NOW, False)
