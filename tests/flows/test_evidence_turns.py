"""Which bodies are kept by a turn, and what becomes of it when they cannot be?"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from monitor.adapters.audit_export.bundle import lay_down
from monitor.adapters.evidence import WarcEvidence
from monitor.adapters.signing import Signer
from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.cases import case_of
from monitor.adapters.sql.verify import Trust
from monitor.domain.errors import MonitorError
from monitor.domain.intent import VersionIntent
from monitor.domain.query import HitFilter
from monitor.domain.source import Fetched
from tests.fakes.evidence import FakeEvidence
from tests.fakes.intents import NEW, Stage, hit
from tests.fakes.intents import text as notice
from tests.fakes.scene import Scene

ALL = HitFilter()
URL = "https://city.example.org/a"


async def test_a_body_with_a_hit_is_kept_and_named_by_its_version() -> None:
    scene = Scene({"city": ["the plan opens"]})
    scene.desk.evidence = kept = FakeEvidence()
    await scene.begin()
    await scene.turn()
    (found,) = scene.store.queries.hits(ALL)
    (copy,) = scene.store.queries.copies(found.version)
    assert kept.open(copy) == b"the plan opens"
    await scene.turn()
    assert len(kept.bodies) == 1


async def test_a_body_without_a_hit_is_not_kept() -> None:
    scene = Scene({"city": ["-nothing of ours"]})
    scene.desk.evidence = kept = FakeEvidence()
    await scene.begin()
    await scene.turn()
    assert kept.bodies == []


async def test_a_full_disk_stores_nothing_and_the_next_turn_loses_nothing() -> None:
    """F18: what was acknowledged has its copy, what has no copy was never acknowledged."""
    scene = Scene({"city": ["the plan opens"]})
    scene.desk.evidence = kept = FakeEvidence()
    kept.full = True
    await scene.begin()
    await scene.turn()
    assert list(scene.store.queries.hits(ALL)) == []
    kept.full = False
    await scene.later()
    (found,) = scene.store.queries.hits(ALL)
    assert scene.store.queries.copies(found.version)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for a store and its evidence."""
    return tmp_path


class Told:
    """A store on SQLite with one hit that was read from a kept page, a key, and the bundle of that hit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = open_database(f"sqlite:///{folder}/monitor.db")
        self.queries = SqlQueries(self.database)
        self.store = SqlStore(self.database, self.queries)
        self.signer = self.store.writer.signer = Signer(Ed25519PrivateKey.generate())
        self.evidence = WarcEvidence(folder / "evidence", "test/1")
        self.queries.trust = Trust(self.signer, evidence=self.evidence.folder)

    async def begin(
        self, title: str = "启明计划 opens", body: bytes = b"<h1>page</h1><script>alert(1)</script>"
    ) -> Told:
        """Polls one page with a hit, tells it, seals."""
        stage = Stage(self.store, self.queries)
        await self.store.open(stage.worker, stage.now)
        await stage.watch("city")
        copy = await self.evidence.keep(Fetched(URL, body, "h", "text/html"), "city", stage.now)
        text = notice(title, f"启明计划 {title}", hits=(hit(),))
        await stage.poll("city", VersionIntent(text, NEW, "b" * 64, copy=copy))
        for claim in await stage.messages():
            await stage.send(claim)
        await self.store.seal(stage.now)
        return self

    def bundle(self, target: Path) -> Path:
        """Lays down the bundle of the hit."""
        lay_down(target, case_of(self.queries, self.evidence, 1), self.signer, datetime(2026, 3, 2, 9, tzinfo=UTC))
        return target

    async def end(self) -> None:
        """Closes everything."""
        self.queries.close()
        await self.store.close()


def checked(folder: Path) -> tuple[int, str]:
    """Exit code and words of the bundle's verify.py, with nothing but the standard library."""
    command = [sys.executable, "-I", "-S", "-B", str(folder / "verify.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


async def test_a_bundle_holds_by_itself_and_every_changed_file_of_it_is_found(place: Path) -> None:
    told = await Told(place).begin()
    folder = told.bundle(place / "bundle")
    assert checked(folder)[0] == 0
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert {"index.html", "copy/original.html.txt", "copy/record.warc.gz", "proof/log.tsv", "MANIFEST"} <= set(names)
    for name in set(names) - {"README.txt", "verify.py"}:
        whole = (folder / name).read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 2):
            (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert checked(folder)[0] == 1, (name, at)
        (folder / name).write_bytes(whole)
    assert checked(folder)[0] == 0
    await told.end()


async def test_what_stands_in_a_page_can_do_nothing_in_the_bundle(place: Path) -> None:
    """A98: titles and texts are text; there is no script, and the browser is told to load nothing."""
    evil = '</title><script>alert(1)</script><img src="https://x.example/t.png" onerror=alert(2)> {{ 7*7 }} {% raw %}'
    told = await Told(place).begin(title=evil)
    page = (told.bundle(place / "bundle") / "index.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "{{ 7*7 }}" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not list((place / "bundle").rglob("*.html"))[1:]
    await told.end()


async def test_a_bundle_goes_into_a_zip_and_over_nothing_that_is_there(place: Path) -> None:
    told = await Told(place).begin()
    told.bundle(place / "hit.zip")
    with zipfile.ZipFile(place / "hit.zip") as archive:
        assert {"hit/index.html", "hit/verify.py"} <= set(archive.namelist())
        archive.extractall(place / "out")
    assert checked(place / "out" / "hit")[0] == 0
    with pytest.raises(MonitorError, match="there already"):
        told.bundle(place / "hit.zip")
    with pytest.raises(MonitorError, match="not empty"):
        told.bundle(place / "out")
    await told.end()


async def test_a_bundle_without_its_copy_says_why(place: Path) -> None:
    told = await Told(place).begin()
    for path in told.evidence.folder.iterdir():
        path.unlink()
    page = (told.bundle(place / "bundle") / "index.html").read_text("utf-8")
    assert "No copy of the page is kept" in page
    assert "is missing" in page
    assert checked(place / "bundle")[0] == 0
    await told.end()


async def test_a_missing_or_altered_copy_is_found_by_verify(place: Path) -> None:
    told = await Told(place).begin()
    assert told.queries.verify().status == "ok"
    (path,) = told.evidence.folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    found = told.queries.verify()
    assert (found.status, len(found.findings)) == ("broken", 1)
    assert "was altered" in found.findings[0]
    path.unlink()
    assert "is missing" in told.queries.verify().findings[0]
    await told.end()


async def test_the_browser_shows_the_bundle(place: Path) -> None:
    """The passage is marked, nothing is asked of the network, and no script ran."""
    playwright = pytest.importorskip("playwright.async_api")
    told = await Told(place).begin(title="启明计划 opens")
    folder = told.bundle(place / "bundle")
    await told.end()
    async with playwright.async_playwright() as driver:
        try:
            browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        except playwright.Error:
            pytest.skip("no Chromium is here")
        page = await browser.new_page()
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        await page.goto((folder / "index.html").as_uri())
        assert await page.locator("mark").first.inner_text() == "启明计划"
        assert await page.locator("h1").inner_text() == "启明计划 opens"
        assert (
            await page.evaluate("getComputedStyle(document.querySelector('mark')).backgroundColor")
        ) != "rgba(0, 0, 0, 0)"
        await browser.close()
    assert asked == [(folder / "index.html").as_uri()]
    assert said == []
