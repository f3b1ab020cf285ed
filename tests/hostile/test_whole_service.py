"""Every row of catalogue A that touches fetching, feeds, HTML, PDF, Office and archives, against one whole service.

The service is `monitor run` in a process of its own, the web is real, each row is a source. What an operator reads of each
is checked, and what all of them together cost: memory, sockets, time, the source that is well. MONITOR_SOAK=1 serves the
bodies at their real size under the real limits.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from monitor import wiring
from monitor.config.settings import load_settings
from tests.fakes import bodies
from tests.fakes import hostile_bodies as made
from tests.fakes.hostile_town import HostileTown
from tests.fakes.watched_service import WatchedService
from tests.fakes.web import Asked, Web, answer
from tests.hostile.test_catalogue import CLAIMED

LONG = bool(os.environ.get("MONITOR_SOAK"))
# bytes of the parent, by all rows at once; at real size two children may answer with their largest (A47, A75: 17 MB each)
MOST_GROWTH = 40_000_000 if LONG else 20_000_000
CPU, WALL = (10, 20) if LONG else (1, 10)  # seconds of one body
MOST_SILENCE = 2 * WALL + 10  # seconds without a poll of the source that is well; it asks for one a second
PATIENCE = 600 if LONG else 90  # seconds
ELSEWHERE = {"A16", "A66"}  # a proxy in the environment, and a child that is killed: asserted below, no page shows them
TOPICS = "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [启明计划, Qiming Program]\n"


async def test_a01_to_a76_and_a105_cost_a_whole_service_nothing_but_themselves(tmp_path: Path) -> None:
    """A01 to A76, A105."""
    async with HostileTown(small=not LONG, outside=str(tmp_path / "outside")) as town, Web() as good:
        service = WatchedService(
            tmp_path,
            {
                "MONITOR_ALLOW_PRIVATE": "127.0.0.1/32", "MONITOR_HOST_PACE": "0", "MONITOR_FETCH__DEADLINE": "3",
                "MONITOR_CHILD__CPU": str(CPU), "MONITOR_CHILD__WALL": str(WALL),
                **{name: town.trap.url() for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY")},
            },
        )  # fmt: skip
        folder = tmp_path / "watchlists"
        folder.mkdir()
        (folder / "a.yaml").write_text(TOPICS + _calm(good), "utf-8")
        try:
            await service.start(town.names())
            await _until(lambda: _unseen(tmp_path) == [], service)
            (folder / "b.yaml").write_text(
                "sources:\n  - source: b\n    listing: gopher://x/\n    follow: 'a['\n", "utf-8"
            )
            await _until(lambda: "watchlist refused" in service.log.read_text("utf-8"), service)
            begun = time.monotonic()
            _turn_hostile(town, folder)
            sockets = await _until(lambda: len(_states(tmp_path)) > len(town.rows), service)
            service.forget_peak()
            before = service.memory("VmRSS")
            await _all_at_once(service, [row.key for row in town.rows])
            sockets |= await _until(lambda: _unseen(tmp_path) == [], service)
            grown = service.memory() - before
            told = {str(one["source"]): one for one in await service.lines("source", "list", "--json")}
            assert [line for row in town.rows for line in _wrong(row, told[row.key])] == []
            _assert_no_socket_leads_inside(town, good, service, sockets)
            _assert_files_are_refused_alone(town, service)
            assert _silence(good, begun) <= MOST_SILENCE, "the source that is well was polled on time"
            assert grown <= MOST_GROWTH, f"the parent grew by {grown:,} bytes"
            await _assert_nothing_is_lost_in_silence(service, tmp_path, {row.key for row in town.rows})
            stopped = time.monotonic()
            assert await service.stop() == 0
            assert time.monotonic() - stopped < 10.5
        finally:
            await service.end()
        print(
            f"{len(town.rows)} rows; the parent grew by {grown / 1e6:.1f} MB; at most {_silence(good, begun):.1f} s of silence"
        )


@pytest.mark.slow
async def test_a66_a_child_killed_twice_under_a_body_costs_that_body(tmp_path: Path) -> None:
    """A66: what a native crash of a parser does, at the moment that suits it least."""
    async with Web() as web:
        service = WatchedService(tmp_path, {"MONITOR_ALLOW_PRIVATE": "127.0.0.1/32", "MONITOR_HOST_PACE": "0"})
        web.page("/slow", made.slow_page())
        web.page("/good", made.NOTICE.encode())
        rows = f"  - source: slow\n    page: {web.url('/slow')}\n  - source: good\n    page: {web.url('/good')}\n    every: 1 s\n"
        (tmp_path / "watchlists").mkdir()
        (tmp_path / "watchlists" / "a.yaml").write_text(f"{TOPICS}sources:\n{rows}", "utf-8")
        try:
            await service.start({})
            await _until(lambda: "/slow" in web.paths(), service)
            while "slow" in _unseen(tmp_path):  # whoever reads it, and whoever reads it once more
                for child in service.children():
                    with suppress(ProcessLookupError):
                        os.kill(child, signal.SIGSEGV)
                await asyncio.sleep(0.3)
            await _until(lambda: _states(tmp_path)["good"] in ("changed", "unchanged"), service)
            told = {str(one["source"]): one for one in await service.lines("source", "list", "--json")}
            assert (told["slow"]["outcome"], told["good"]["state"]) == ("failed", "healthy")
            assert "ended by signal 11" in str(told["slow"]["reason"]) and told["slow"]["advice"]
            assert await service.stop() == 0
        finally:
            await service.end()


def test_no_row_of_the_catalogue_is_left_out() -> None:
    town = HostileTown()
    town.web.port = town.inside.port = town.trap.port = 1
    town.fill()
    shown = {one for row in town.rows for one in row.rows} | {"A31", "A105"}  # those stand on hosts of their own
    shown |= {file.name.partition(".")[0].partition("-")[0].upper() for file in town.bad_files()}
    assert CLAIMED - shown == ELSEWHERE


def _calm(good: Web) -> str:
    """Sources of every kind that are well, so that what they need of the parent is there before it is measured."""
    numbers = count()

    async def rising(_: Asked, writer: asyncio.StreamWriter) -> None:
        number = next(numbers)
        body = bodies.rss(f"<item><guid>{number}</guid><title>no. {number}</title></item>")
        writer.write(answer(200, body, {"Content-Type": "application/rss+xml"}))

    good.on("/good", rising)
    urls = "".join(f"<url><loc>{good.url(f'/page-{place}')}</loc></url>" for place in range(5))
    shown = {
        "page": made.NOTICE.encode(), "feed": made.one_guid(), "document": bodies.pdf(bodies.words("Qiming Program")),
        "listing": f"<title>l</title><a href='{good.url('/page-1')}'>1</a>".encode(),
        "sitemap": f"<urlset>{urls}</urlset>".encode(), "word": bodies.docx(bodies.paragraph("Qiming Program")),
    }  # fmt: skip
    rows = f"  - source: good\n    feed: {good.url('/good')}\n    every: 1 s\n"
    for place in range(3):
        for name, body in shown.items():
            good.page(f"/{name}-{place}", body, headers={"Content-Type": ""})
            kind = "page" if name in ("document", "word") else name
            follow = "    follow: a[href*=page]\n" if kind == "listing" else ""
            rows += (
                f"  - source: {name}-{place}\n    {kind}: {good.url(f'/{name}-{place}')}\n    every: 1 s..1 d\n{follow}"
            )
    good.page("/large", made.long_feed(1_000), headers={"Content-Type": ""})
    return f"sources:\n{rows}  - source: large\n    feed: {good.url('/large')}\n    every: 1 s..1 d\n"


def _turn_hostile(town: HostileTown, folder: Path) -> None:
    for file in town.bad_files():
        (folder / file.name).write_text(file.text, "utf-8")
    every = {row.key: "" if "every:" in row.source else "    every: 1 h\n" for row in town.rows}
    rows = "".join(f"  - source: {row.key}\n    {row.source}\n{every[row.key]}" for row in town.rows)
    (folder / "hostile.yaml").write_text(f"sources:\n{rows}", "utf-8")


async def _all_at_once(service: WatchedService, keys: list[str]) -> None:
    """As `monitor source poll` for each."""
    store, queries = await asyncio.to_thread(wiring.open_store, load_settings(service.environ))
    try:
        now = datetime.now(UTC)
        await asyncio.gather(*(store.poll_now(key, "ann", now) for key in keys))
    finally:
        await store.writer.close()
        queries.close()
        store.database.close()


def _states(folder: Path) -> dict[str, str | None]:
    with sqlite3.connect(f"file:{folder}/state/monitor.db?mode=ro", uri=True) as base:
        return dict(base.execute('SELECT "key", outcome FROM source').fetchall())


def _unseen(folder: Path) -> list[str]:
    try:
        states = _states(folder)
    except sqlite3.OperationalError:
        return ["the database"]
    return [key for key, outcome in states.items() if outcome is None] or ([] if states else ["any"])


async def _until(done: Callable[[], bool], service: WatchedService) -> set[str]:
    """Waits; meanwhile looks at the children: the other ends of their sockets, none of which may be of the network."""
    end = time.monotonic() + PATIENCE
    seen: set[str] = set()
    while not done():
        assert time.monotonic() < end, "it did not come in time"
        assert service.process is not None and service.process.returncode is None, service.log.read_text()[-2_000:]
        seen |= set(service.network_of_children())
        await asyncio.sleep(0.1)
    return seen


def _wrong(row: object, told: dict[str, object]) -> Iterator[str]:
    """What an operator reads of a row that is other than it should be."""
    from tests.fakes.hostile_town import Row

    assert isinstance(row, Row)
    failed = told["outcome"] == "failed"
    words = f"{told['reason'] or ''} → {told['advice'] or ''}"
    if row.outcome != "either" and failed != (row.outcome == "failed"):
        yield f"{row.key}: {told['outcome']}, awaited: {row.outcome}; {words}"
    if not re.search(row.words, words, re.DOTALL):
        yield f"{row.key}: {words!r} does not tell {row.words!r}"
    if failed and not (told["reason"] and told["advice"]):
        yield f"{row.key}: failed, and not told why or what to do: {words}"
    if row.entries is not None and told["entries"] != row.entries:
        yield f"{row.key}: shows {told['entries']}, awaited: {row.entries}"


def _assert_no_socket_leads_inside(town: HostileTown, good: Web, service: WatchedService, sockets: set[str]) -> None:
    """I11. Whoever names the inside or the trap is heard there neither by the parent nor by a child."""
    assert [one.path for one in town.inside.asked] == []
    assert [one.path for one in town.trap.asked] == [], "A16: no proxy, A42: no entity"
    assert sockets == set(), "a reading child has no socket of the network"
    hosts = {address.split("'")[1] for address in service.dialled() if address.startswith("('")}
    assert hosts == {"127.0.0.1"}
    ports = {int(re.findall(r"\d+", address)[-1]) for address in service.dialled()}
    assert ports <= {town.web.port, good.port, *town.ports} and town.inside.port not in ports


def _assert_files_are_refused_alone(town: HostileTown, service: WatchedService) -> None:
    said = {
        Path(str(one["problem"]).partition(":")[0]).name: str(one["problem"])
        for one in service.events() if one["event"] == "watchlist refused"
    }  # fmt: skip
    wrong = [f"{file.name}: {said.get(file.name)}" for file in town.bad_files()
             if not re.search(file.words, said.get(file.name, ""))]  # fmt: skip
    assert wrong == []


def _silence(good: Web, since: float) -> float:
    times = [one.at for one in good.asked if one.path == "/good" and one.at > since]
    return max(later - earlier for earlier, later in zip([since, *times], [*times, time.monotonic()], strict=True))


async def _assert_nothing_is_lost_in_silence(service: WatchedService, folder: Path, keys: set[str]) -> None:
    """I8: each poll has its outcome in the day's account; the log verifies; nothing of ours failed."""
    with sqlite3.connect(f"file:{folder}/state/monitor.db?mode=ro", uri=True) as base:
        days = base.execute(
            "SELECT source, sum(polled), sum(changed + unchanged + failed) FROM source_day GROUP BY source"
        ).fetchall()
    assert keys <= {key for key, _, _ in days}
    assert [key for key, polled, ended in days if not polled or polled != ended] == []
    troubles = [one for one in service.events() if one["event"] in ("turn failed", "turn not stored", "write failed")]
    assert troubles == [] and "Traceback" not in service.log.read_text("utf-8")
    code, out, _ = await service.ask("audit", "verify", "--json")
    assert code == 0 and '"status":"ok"' in out.replace(" ", "")
