"""Can a safety copy be made while the service writes, put back, and relied on?"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from monitor.adapters import anchors, signing
from monitor.adapters.evidence import WarcEvidence
from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.backups import back_up, drill, evidence_beside
from monitor.adapters.sql.verify import Trust
from monitor.cli.app import app
from monitor.domain.audit import AuditNote
from monitor.domain.errors import StoreError
from monitor.domain.intent import VersionIntent
from monitor.domain.source import Fetched
from storage.engine import DatabaseError
from tests.fakes.intents import NEW, Stage
from tests.fakes.intents import text as notice

PAGE = Fetched("https://city.example.org/a", b"<h1>page</h1>", "h", "text/html")


class Home:
    """A state folder with a store, its key, its heads outside and one kept copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evidence = WarcEvidence(folder / "evidence", "test/1")
        self.heads = folder / anchors.FILE
        self.open()

    def open(self) -> None:
        """Opens the store."""
        self.signer = signing.load_or_make(self.folder / "keys")
        self.database = open_database(f"sqlite:///{self.folder}/monitor.db")
        self.queries = SqlQueries(self.database)
        self.store = SqlStore(self.database, self.queries)
        self.store.writer.signer = self.signer
        self.queries.trust = Trust(self.signer, files=(self.heads,), evidence=self.evidence.folder)
        self.stage = Stage(self.store, self.queries)

    async def poll(self, title: str) -> None:
        """A page with a hit, kept and sealed; its head goes outside."""
        copy = await self.evidence.keep(PAGE, "city", self.stage.now)
        await self.stage.poll("city", VersionIntent(notice(title), NEW, "b" * 64, copy=copy))
        await self.store.seal(self.stage.now)
        anchors.append(self.heads, self.queries.signed_heads(0)[-1:])

    async def close(self) -> None:
        """Closes the store."""
        self.queries.close()
        await self.store.close()

    async def command(self, *words: str) -> tuple[int, str]:
        """A command on this state folder: exit code and output."""
        return await asyncio.to_thread(self._command, *words)

    def _command(self, *words: str) -> tuple[int, str]:
        environ = {name: None for name in os.environ if name.startswith("MONITOR_")}
        done = CliRunner().invoke(
            app, [*words], env={**environ, "MONITOR_STATE": str(self.folder), "MONITOR_CONSOLE": "off"}
        )
        return done.exit_code, done.output + (str(done.exception) if done.exception else "")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A store in which one hit stands."""
    made = Home(tmp_path / "state")
    await made.store.open(made.stage.worker, made.stage.now)
    await made.stage.watch("city")
    await made.poll("first")
    yield made
    await made.close()


async def test_a_copy_that_is_made_while_others_write_is_whole_and_holds(home: Home, tmp_path: Path) -> None:
    """F12."""
    target = tmp_path / "copies" / "a.db"

    async def write() -> None:
        for number in range(60):
            await home.store.note([AuditNote("noted", "monitor", home.stage.now, {"n": number})])

    writing = asyncio.create_task(write())
    made = await asyncio.to_thread(back_up, home.database, home.evidence.folder, target)
    await writing
    found = drill(target, home.signer, [home.heads])
    assert found.ok, found
    assert made.files == 1
    assert sorted(path.name for path in target.parent.iterdir()) == ["a.db", "a.db.evidence"]
    assert target.stat().st_mode & 0o077 == 0


async def test_a_copy_goes_over_nothing_that_is_there(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "a.db"
    target.write_text("something of somebody")
    with pytest.raises(StoreError, match="there already"):
        back_up(home.database, home.evidence.folder, target)
    assert target.read_text() == "something of somebody"


async def test_a_copy_that_fails_half_way_leaves_nothing_that_looks_like_one(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F12, F18."""
    monkeypatch.setattr("storage.engine.os.fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(DatabaseError, match="No space left"):
        home.database.backup(tmp_path / "a.db")
    assert list(tmp_path.glob("a.db*")) == []


@pytest.mark.parametrize("damage", ["altered", "cut", "no database", "evidence gone"])
async def test_a_drill_finds_a_copy_that_cannot_be_relied_on(home: Home, tmp_path: Path, damage: str) -> None:
    target = tmp_path / "a.db"
    back_up(home.database, home.evidence.folder, target)
    if damage == "altered":
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("DROP TRIGGER audit_no_update")
            copy.execute("UPDATE audit SET actor='x' WHERE seq=1")
            copy.commit()
    elif damage == "cut":
        os.truncate(target, target.stat().st_size // 2)
    elif damage == "no database":
        target.write_bytes(b"nothing of the kind" * 1000)
    else:
        for path in evidence_beside(target).iterdir():
            path.unlink()
    try:
        fit = drill(target, home.signer, [home.heads]).ok
    except StoreError:
        fit = False
    assert not fit


async def test_what_a_restore_loses_is_told_and_logged_and_the_log_holds_again(home: Home, tmp_path: Path) -> None:
    """F24."""
    target = tmp_path / "a.db"
    back_up(home.database, home.evidence.folder, target)
    kept = len(home.stage.kinds())
    await home.poll("second")
    lost = len(home.stage.kinds())
    await home.close()
    assert "would lose" in (await home.command("database", "drill", str(target)))[1]
    code, told = await home.command("database", "restore", str(target), "--why", "a test")
    assert code == 0, told
    assert f"entries {kept + 1} to {lost}" in told
    home.open()
    found = home.queries.verify()
    assert found.status == "ok"
    assert any(f"put the store back to entry {kept}" in note for note in found.notes)
    await home.store.open("w2", home.stage.now)


async def test_an_older_file_put_back_by_hand_is_a_rollback_until_somebody_says_so(home: Home, tmp_path: Path) -> None:
    """F24, F31."""
    target = tmp_path / "a.db"
    home.database.backup(target)
    await home.poll("second")
    await home.close()
    target.replace(home.folder / "monitor.db")
    code, told = await home.command("audit", "verify")
    assert (code, told.split(":")[0]) == (1, "rollback")
    code, told = await home.command("database", "restored", "--why", "a snapshot of the machine")
    assert (code, "are lost" in told) == (0, True), told
    code, told = await home.command("audit", "verify")
    assert (code, "tells of it" in told) == (0, True), told
    home.open()
    await home.store.open("w2", home.stage.now)


async def test_kept_copies_come_back_with_the_database(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "a.db"
    back_up(home.database, home.evidence.folder, target)
    await home.close()
    for path in home.evidence.folder.iterdir():
        path.unlink()
    assert (await home.command("audit", "verify"))[0] == 1
    code, told = await home.command("database", "restore", str(target))
    assert (code, "brought back" in told) == (0, True), told
    assert (await home.command("audit", "verify"))[0] == 0
    home.open()
    await home.store.open("w2", home.stage.now)


async def test_the_commands_make_drill_export_and_verify(home: Home, tmp_path: Path) -> None:
    await home.close()
    assert (await home.command("database", "drill"))[0] == 1
    assert (await home.command("database", "backup", str(tmp_path / "a.db")))[0] == 0
    code, told = await home.command("database", "drill")
    assert (code, "fit" in told) == (0, True), told
    assert (await home.command("database", "drill", str(tmp_path)))[0] == 0
    code, told = await home.command("audit", "export", str(tmp_path / "export"), "--texts", "--copies")
    assert code == 0, told
    assert (tmp_path / "export" / "copies").is_dir()
    assert (await home.command("audit", "export", str(tmp_path / "export")))[0] != 0
    code, told = await home.command("audit", "verify", "--anchor", str(tmp_path / "export" / "heads.txt"), "--json")
    assert (code, '"status":"ok"' in told) == (0, True), told
    assert (await home.command("audit", "verify", "--anchor", str(tmp_path / "nowhere.txt")))[0] == 2
    assert "mention-monitor/" in (await home.command("audit", "head"))[1]
    code, told = await home.command("hits", "show", "1", "--evidence")
    assert code == 0, told
    assert "it is what was kept" in told
    code, told = await home.command("hits", "export", "--bundle", "1", str(tmp_path / "hit.zip"))
    assert code == 0, told
    home.open()
    kinds = home.stage.kinds()
    assert {"backed up", "restore drilled", "exported", "kept copy opened"} <= set(kinds)
    with home.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM kept_copy")).scalar_one() == 1
    await home.store.open("w2", home.stage.now)
