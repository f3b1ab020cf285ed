"""`monitor source try`, `add` and `opml`, against a real web, with a real child, on files as people write them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from typer.testing import CliRunner, Result

from monitor.cli.adding import NotAdded, write
from monitor.cli.source import app
from monitor.cli.trying import key_of, scalar
from monitor.config.settings import load_settings
from monitor.config.watchlists import load_folder
from tests.fakes.town import Town
from tests.fakes.web import Web

pytestmark = pytest.mark.asyncio(loop_scope="module")
OURS = """# our sources
sources:
  # the city comes first
  - source: city   # polled since spring
    feed: 'https://city.example.org/feed.xml'
    every: 15 min

  # nothing below this line yet
topics:
  - topic: qiming
    name: Qiming Program
    terms: [启明计划, Qiming Program]
"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def web() -> AsyncIterator[Web]:
    async with Web() as made:
        town = Town(made)
        town.publish(25)
        town.lay_out()
        entries = "".join(
            f"<item><guid>{one.number}</guid><title>{one.title}</title><link>{made.url(one.path)}</link>"
            f"<pubDate>Mon, {one.number + 1:02} Nov 2026 08:00:00 GMT</pubDate></item>"
            for one in town.shown[:8]
        )
        made.page("/feed.xml", f"<rss version='2.0'><channel><title>News</title>{entries}</channel></rss>".encode())
        made.page("/closed", b"x")
        made.robots("User-agent: *\nDisallow: /closed\nCrawl-delay: 0.1\n")
        yield made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A watchlist folder and the settings that name it."""
    made = tmp_path / "watchlists"
    made.mkdir()
    (made / "sources.yaml").write_text(OURS)
    for name, value in {
        "WATCHLISTS": str(made), "STATE": str(tmp_path), "ALLOW_PRIVATE": "127.0.0.0/8", "HOST_PACE": "0",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"MONITOR_{name}", value)
    return made


async def run(*words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(words), catch_exceptions=False)


async def test_a_list_is_known_for_one_and_shown_as_it_would_be_read(web: Web, folder: Path) -> None:
    told = json.loads((await run("try", web.url("/notices/index.html"), "--read", "1", "--json")).stdout)
    assert (told["kind"], told["guessed"], told["pages"], len(told["links"])) == ("listing", True, 3, 25)
    assert all("/art/" in link["url"] for link in told["links"])
    (sample,) = told["samples"]
    assert sample["texts"][0]["attachments"] and "启明计划" in sample["texts"][0]["text"]
    assert [(hit["topic"], hit["verdict"]) for hit in told["hits"]] == [("qiming", "alert")]
    assert told["robots"].startswith("allows it; asks for 0.1 s") and told["title"] == "通知公告"
    assert "listing: " in told["suggestion"] and 'follow: "li a"' in told["suggestion"]


async def test_a_feed_is_shown_with_its_dates_and_matches(web: Web, folder: Path) -> None:
    result = await run("try", web.url("/feed.xml"))
    assert result.exit_code == 0
    for words in ("a feed (guessed", "8, 2026-11-18 to 2026-11-25", "alert", "启明计划", "every: 1 h..12 h"):
        assert words in result.stdout
    assert "\x1b" not in result.stdout  # piped: no colours


async def test_what_gives_nothing_is_told_with_the_reason_and_exit_1(web: Web, folder: Path) -> None:
    for path, words in (("/closed", "robots: disallowed"), ("/nowhere", "http 404")):
        result = await run("try", web.url(path))
        assert (result.exit_code, words in result.stderr, result.stdout) == (1, True, "")
    web.redirect("/old.xml", web.url("/feed.xml"), 301)
    moved = json.loads((await run("try", web.url("/old.xml"), "--json")).stdout)
    assert f"feed: {web.url('/feed.xml')}" in moved["suggestion"]
    assert f"it has moved for good to {web.url('/feed.xml')}: that address is suggested" in moved["warnings"]
    gone = await run("try", web.url("/nowhere"))
    assert gone.stderr.splitlines() == [
        f"{web.url('/nowhere')}: http 404 not found",
        "→ look for the new address in a browser and correct the watchlist",
    ]
    assert "404" in json.loads((await run("try", web.url("/nowhere"), "--json")).stdout)["error"]
    result = await run("try", web.url("/art/1.html"), "--kind", "feed")
    assert (result.exit_code, "not a feed" in result.stderr) == (1, True)


async def test_a_source_is_added_and_every_comment_stays(web: Web, folder: Path) -> None:
    result = await run("add", web.url("/notices/index.html"), "--key", "town-notices", "--every", "30 min")
    assert result.exit_code == 0 and "town-notices" in result.stdout
    text = (folder / "sources.yaml").read_text()
    for line in OURS.splitlines():
        assert line in text
    loaded = load_folder(folder, channels=False)
    assert not loaded.errors
    added = next(source for source in loaded.sources if source.key == "town-notices")
    assert (added.kind, added.every, dict(added.options)) == ("listing", 1800.0, {"follow": "li a"})
    again = await run("add", web.url("/notices/index.html"))
    assert (again.exit_code, "polls this address already" in again.stderr) == (1, True)
    assert (folder / "sources.yaml").read_text() == text


async def test_nothing_is_written_for_an_address_that_gives_nothing(web: Web, folder: Path) -> None:
    result = await run("add", web.url("/nowhere"))
    assert (result.exit_code, "nothing was written" in result.stderr) == (1, True)
    assert (folder / "sources.yaml").read_text() == OURS


ENTRY = {"source": "new", "feed": "https://new.example.org/feed", "every": "15 min"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "# yaml-language-server: $schema=./schema.json\n\nsources:\n  - source: new\n"),
        ("", "# yaml-language-server: $schema=./schema.json\n\nsources:\n  - source: new\n"),
        ("# only words\n", "# only words\n\nsources:\n  - source: new\n"),
        ("watchlist: a\nsources:\n  # - source: example\n", "watchlist: a\nsources:\n  - source: new\n"),
        ("sources: []\nwatchlist: b\n", "sources:\n  - source: new\n"),
    ],
)
async def test_a_file_without_sources_gets_its_section(folder: Path, before: str | None, after: str) -> None:
    if before is not None:
        (folder / "more.yaml").write_text(before)
    write(load_settings(), [ENTRY], "more.yaml")
    text = (folder / "more.yaml").read_text()
    assert text.startswith(after), text
    assert all(line in text for line in (before or "").splitlines() if "[]" not in line)
    assert {source.key for source in load_folder(folder, channels=False).sources} == {"city", "new"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("more.yaml", "sources: [\n", "cannot be read"),
        ("more.yaml", "sources:\n  - source: x\n    fed: https://x.example/\n", "wrong already"),
        ("../out.yaml", None, "no name of a watchlist file"),
        ("notes.txt", None, "no name of a watchlist file"),
    ],
)
async def test_a_file_that_is_wrong_is_left_alone(folder: Path, name: str, content: str | None, words: str) -> None:
    if content is not None:
        (folder / name).write_text(content)
    with pytest.raises(NotAdded, match=words):
        write(load_settings(), [ENTRY], name)
    assert content is None or (folder / name).read_text() == content
    assert sorted(path.name for path in folder.iterdir()) == sorted({"sources.yaml", *([name] if content else [])})


async def test_an_entry_that_would_make_the_folder_bad_is_refused(folder: Path) -> None:
    with pytest.raises(NotAdded, match=r"would be wrong: .*every"):
        write(load_settings(), [{**ENTRY, "every": "sometimes"}], "sources.yaml")
    assert (folder / "sources.yaml").read_text() == OURS


async def test_a_key_that_is_taken_gets_a_number(folder: Path) -> None:
    write(load_settings(), [{**ENTRY, "source": "city"}], "sources.yaml")
    assert {source.key for source in load_folder(folder, channels=False).sources} == {"city", "city-2"}


OPML = """<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml version="1.0"><body>
<outline text="Folder"><outline type="rss" text="A &amp; B: news" xmlUrl="https://a.example.org/feed?x=1&amp;y=2"/>
<outline title='"Quoted" # title' xmlurl="http://b.example.org/rss"/></outline>
<outline text="again" xmlUrl="https://city.example.org/feed.xml"/><outline text="&x;" xmlUrl="file:///etc/passwd"/>
<outline text="none"/></body></opml>"""


async def test_subscriptions_become_sources_and_sources_subscriptions(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in.opml").write_text(OPML)
    result = await run("opml", "import", str(tmp_path / "in.opml"))
    assert (result.exit_code, "added 2 of 3 feeds" in result.stdout) == (0, True), result.stderr
    sources = {source.address: source for source in load_folder(folder, channels=False).sources}
    assert sources["https://a.example.org/feed?x=1&y=2"].name == "A & B: news"
    assert sources["http://b.example.org/rss"].name == '"Quoted" # title'
    assert len(sources) == 3
    out = (await run("opml", "export")).stdout
    (tmp_path / "out.opml").write_text(out)
    again = await run("opml", "import", str(tmp_path / "out.opml"))
    assert "all 3 feeds are sources already" in again.stdout


@pytest.mark.parametrize("content", ["", "<rss/>", "not xml", "<opml>"])
async def test_what_is_no_opml_is_told(folder: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "in.opml").write_text(content)
    result = await run("opml", "import", str(tmp_path / "in.opml"))
    assert (result.exit_code == 1) == (content != "<opml>") and "Traceback" not in result.output
    assert (folder / "sources.yaml").read_text() == OURS


async def test_keys_and_values_are_written_as_a_watchlist_takes_them() -> None:
    assert key_of("https://www.kjj.city.gov.cn/art/tzgg/index.html") == "kjj-city-art-tzgg"
    assert key_of("https://127.0.0.1/") == "source"
    assert [scalar(value) for value in (True, "a: b", "https://a.example/x?y=1#z", 'a "b"', ["/a", "b c"])] == [
        "true", '"a: b"', '"https://a.example/x?y=1#z"', '"a \\"b\\""', '[/a, "b c"]',
    ]  # fmt: skip
