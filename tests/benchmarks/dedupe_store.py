"""How long does the store take to find what a text may be a copy of? `python -m tests.benchmarks.dedupe_store [--big] [--keep PATH]`

Stores are generated: 80 % of the versions are alone, 15 % belong to families of 20 to 200 notices written from one template,
5 % are copies. In between stand real texts (generated notices of 1,500 characters in both languages) with copies of theirs.
Asked for are 600 texts, each with one hit: half have a copy, a trimmed copy or the same notice with other figures in the
store, half are new there. Their hosts are known: each has its 800 rows of counted lines.

A decision holds, in CPU time of this process:
- read: a text becomes sentences and keys (in the child; extraction, matching and facts come before and are not counted);
- look up: candidates with rulings, their texts unpacked, lines of the hosts, in one reading transaction;
- hand over: question and answer through the frames of the child's pipe;
- judge: the text, as its child remembers it, against the candidates, whose texts are read anew;
- apply: text, version, item, keys, hit with its words for the search, promise and commitments, in a writing transaction that
  is rolled back before COMMIT (a commit serves many decisions at once and waits for the disk).
Candidate ids are timed by the wall on PostgreSQL, because the other side of the connection works too. Beside it brute-force
rapidfuzz over the titles of the same store, and over as many bodies as fit.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
from rapidfuzz import fuzz, process
from sqlalchemy import text as sql
from sqlalchemy.engine import make_url

from monitor.adapters import frames
from monitor.adapters.sql import SqlQueries, apply, lookup, open_database
from monitor.adapters.sql.writer import Tx, Undo
from monitor.domain.delivery import Routing
from monitor.domain.document import Candidate, Extracted, Prepared
from monitor.domain.hit import Decision
from monitor.domain.intent import PollIntent, VersionIntent
from monitor.pipeline.dedupe import Page, judge, sign
from monitor.pipeline.dedupe.sentences import forget
from monitor.pipeline.poll import DISTINCT
from storage.engine import Database
from tests.benchmarks.dedupe import KEY, chinese, copies, english
from tests.fakes.intents import channel, hit
from tests.fakes.postgres import running_server

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KEYS, FACTS = 17, 24
STORY_DAYS, ALL_DAYS = 14, 800  # rare facts are kept for the first, versions for the second
PROBES = 300  # with their like in the store, and as many without
CHUNK = 50_000
ROUTING = Routing((channel(),), {"qiming": "high"})
COLUMNS = {
    "document": "id, source, place, url, first_seen_at",
    "item": "id, first_version, last_version, edition, created_at",
    "version": "id, document, text_hash, text, fingerprint, body_hash, url, title, published, first_seen_at, item, relation, "
    "relation_score, truncated, ruleset",
    "dedup_key": "key, version",
    "story_key": "key, version",
}


def prepared(page: Page) -> Prepared:
    """A text with its keys and one hit, as the reading child gives it."""
    signature = sign(page.title, page.text, page.url, KEY)
    extracted = Extracted(page.url, page.url, page.title, page.text, language="en")
    return Prepared(
        extracted, signature.text_hash, signature.fingerprint, signature.keys, signature.story_keys, "policy-document",
        "call", (), (hit(),), signature.lines,
    )  # fmt: skip


def shapes(count: int, chance: random.Random) -> Iterator[list[int]]:
    """The keys of so many background versions: alone, of a template family, or a copy of one before."""

    def fresh(number: int) -> list[int]:
        return [chance.getrandbits(64) - 2**63 for _ in range(number)]

    family: list[int] = []
    left = 0
    before = fresh(KEYS)
    for _ in range(count):
        draw = chance.random()
        if draw < 0.15:
            if not left:
                family, left = fresh(9), chance.randint(20, 200)
            left -= 1
            yield family + fresh(KEYS - 9)
        elif draw < 0.20:
            yield before[:14] + fresh(KEYS - 14)
        else:
            before = fresh(KEYS)
            yield before


class Filling:
    """Rows on their way into an empty store, in chunks."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
        self.chance = random.Random(5)
        self.facts = [self.chance.getrandbits(64) - 2**63 for _ in range(200_000)]

    def add(self, number: int, page: Page, keys: list[int], story: list[int], digest: str, seen: datetime) -> None:
        """One version with its document and item."""
        self.rows["document"].append((number, "city", page.url, page.url, seen))
        self.rows["item"].append((number, number, number, 1, seen))
        self.rows["version"].append(
            (number, number, f"{number:064x}", digest, number, "b", page.url, page.title, None, seen, number, "distinct",
             0.0, False, "r1")
        )  # fmt: skip
        self.rows["dedup_key"] += [(key, number) for key in set(keys)]
        if NOW - seen <= timedelta(days=STORY_DAYS):
            self.rows["story_key"] += [(key, number) for key in set(story)]

    def some_facts(self) -> list[int]:
        """Rare facts of a background text: most are its own, some are shared by many."""
        return [
            self.facts[int(200_000 * self.chance.random() ** 3)] if self.chance.random() < 0.5
            else self.chance.getrandbits(64) - 2**63
            for _ in range(FACTS)
        ]  # fmt: skip

    def flush(self) -> None:
        """Writes what waits."""
        with self.database.write() as connection:
            raw = connection.connection.cursor()
            if self.database.is_sqlite:
                raw.execute("PRAGMA cache_size=-1000000")  # of this connection, which only fills
            for name, rows in self.rows.items():
                if self.database.is_sqlite:
                    marks = ",".join("?" * len(COLUMNS[name].split(",")))
                    plain = [tuple(_plain(cell) for cell in row) for row in rows]
                    if name.endswith("_key"):
                        plain = list(
                            zip(lookup.short(key for key, _ in rows), (version for _, version in rows), strict=True)
                        )
                    raw.executemany(f"INSERT INTO {name} ({COLUMNS[name]}) VALUES ({marks})", plain)
                else:
                    with raw.copy(f"COPY {name} ({COLUMNS[name]}) FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
                rows.clear()
        self.database.checkpoint()


def _plain(cell: object) -> object:
    return cell.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(cell, datetime) else cell


def notices() -> list[Page]:
    """Generated notices in both languages: the first half have their like in the store, the others are new there."""
    chance = random.Random(11)
    return [(english, chinese)[n % 2](chance, n) for n in range(2 * PROBES)]


def _lines(database: Database) -> None:
    """The hosts of the notices have shown 20 lines of their own on many pages, and others once."""
    chance = random.Random(7)
    rows = []
    for host in ("en.example.org", "zh.example.cn", "copy.example.net"):
        rows += [(host, line, document) for line in range(20) for document in range(1, 21)]
        rows += [(host, chance.getrandbits(63), 30 + document) for document in range(400)]
    values = [dict(zip(("host", "line", "document"), row, strict=True)) for row in rows]
    with database.write() as connection:
        connection.execute(sql("INSERT INTO host_line (host, line, document) VALUES (:host, :line, :document)"), values)


def fill(database: Database, count: int, known: list[Page]) -> None:
    """Background versions with the known texts strewn in."""
    filling, chance = Filling(database), random.Random(3)
    blank = "0" * 64
    with database.write() as connection:
        rows = [{"s": blank, "c": zlib.compress(b"title\n" + b"background. " * 100, 1)}]
        rows += [
            {"s": f"f{n:063x}", "c": zlib.compress(f"{p.title}\n{p.text}".encode(), 1)} for n, p in enumerate(known)
        ]
        connection.execute(
            sql(
                "INSERT INTO text (sha256, content, length, stored_at, with_hit) VALUES (:s, :c, 1, '2026-03-01', true)"
            ),
            rows,
        )
    at = dict(zip(sorted(chance.sample(range(1, count + 1), len(known))), enumerate(known), strict=True))
    for number, keys in enumerate(shapes(count, chance), 1):
        seen = NOW - timedelta(days=ALL_DAYS * (1 - number / count))
        if number in at:
            place, page = at[number]
            own = prepared(page)
            filling.add(number, page, list(own.keys), list(own.story_keys), f"f{place:063x}", seen)
        else:
            page = Page(f"https://b.example.org/{number}", f"Notice {chance.getrandbits(60):x} of the council", "")
            filling.add(number, page, keys, filling.some_facts(), blank, seen)
        if number % CHUNK == 0:
            filling.flush()
    filling.flush()
    _lines(database)
    if not database.is_sqlite:
        with database.write() as connection:
            for table in ("document", "item", "version"):
                connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {count})")


def measure(name: str, database: Database, probes: list[Page]) -> None:
    """Candidates, and whole decisions in their parts."""
    queries = SqlQueries(database)
    clock = time.process_time_ns if database.is_sqlite else time.perf_counter_ns
    spent: list[float] = []
    texts: list[float] = []
    ready = [prepared(page) for page in probes]
    with database.read() as connection:
        for one in ready:
            lookup.candidate_ids(connection, "town", one, NOW)
        for one in ready:
            begun = clock()
            lookup.candidate_ids(connection, "town", one, NOW)
            spent.append((clock() - begun) / 1e6)
    for one in ready:
        begun = clock()
        queries.candidates("town", one, NOW)
        texts.append((clock() - begun) / 1e6)
    kind = "CPU" if database.is_sqlite else "wall"
    row(f"{name}: candidate ids ({kind})", spent)
    row(f"{name}: candidates with rulings and texts ({kind})", texts)
    known = [_decision(database, queries, page) for page in probes[:PROBES]]
    new = [_decision(database, queries, page) for page in probes[PROBES:]]
    for which, marks in (("all", known + new), ("has its like", known), ("new", new)):
        for place, part in enumerate(PARTS):
            row(f"{name}: decision, {which}: {part} (CPU)", [one[place] for one in marks])
        row(f"{name}: decision, {which}: WHOLE (CPU)", [sum(one) for one in marks])
    queries.close()


PARTS = ("read", "look up", "hand over", "judge", "apply")


def _decision(database: Database, queries: SqlQueries, page: Page) -> list[float]:
    """CPU milliseconds of the parts of one decision."""
    forget()
    marks = [time.process_time_ns()]
    own = prepared(page)
    marks.append(time.process_time_ns())
    stored = queries.candidates("town", own, NOW)
    marks.append(time.process_time_ns())
    handed = _handed_over(own, stored) if stored else []
    marks.append(time.process_time_ns())
    decision = judge(own, handed, NOW) if handed else DISTINCT
    marks.append(time.process_time_ns())
    spent = [(high - low) / 1e6 for low, high in pairwise(marks)]
    begun = time.process_time_ns()
    _answered(decision)
    spent[2] += (time.process_time_ns() - begun) / 1e6
    return [*spent, _applied(database, own, decision) / 1e6]


def _handed_over(own: Prepared, stored: list[Candidate]) -> list[Candidate]:
    asked = frames.question(frames.pack(frames.Judge(own, tuple(stored), NOW))[4:])
    assert isinstance(asked, frames.Judge)
    return list(asked.candidates)


def _answered(decision: Decision) -> None:
    frames.reply(frames.pack(frames.Decided(decision, 0))[4:])


def _applied(database: Database, own: Prepared, decision: Any) -> int:
    """CPU nanoseconds of applying the intent; rolled back, so that every probe meets the same store."""
    intent = PollIntent("town", NOW, "r1", versions=(VersionIntent(own, decision, "b" * 64),))
    try:
        with database.write() as connection:
            begun = time.process_time_ns()
            apply.apply(Tx(connection, database), intent, ROUTING)
            spent = time.process_time_ns() - begun
            raise Undo(spent)
    except Undo as undone:
        return int(str(undone.answer)) if isinstance(undone.answer, int) else 0


def row(name: str, values: list[float]) -> None:
    """Prints p50 and p99 of some milliseconds."""
    ordered = sorted(values)
    p50, p99 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    sys.stdout.write(f"{name:<66} p50 {p50:9.3f}  p99 {p99:9.3f} ms\n")
    sys.stdout.flush()


def sizes(name: str, database: Database, count: int) -> None:
    """Bytes of index a hit: keys, and rare facts of the last 14 days."""
    for table in ("dedup_key", "story_key"):
        query = (
            f"SELECT sum(pgsize) FROM dbstat WHERE name = '{table}'" if database.is_sqlite
            else f"SELECT pg_total_relation_size('{table}')"
        )  # fmt: skip
        with database.read() as connection:
            size = connection.exec_driver_sql(query).scalar() or 0
            rows = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
        sys.stdout.write(f"{name}: {table} {size / count:8.0f} bytes a hit ({rows:,} rows)\n")


def brute(database: Database, probes: list[Page]) -> None:
    """What it costs to ask rapidfuzz for everything."""
    with database.read() as connection:
        titles = list(connection.execute(sql("SELECT title FROM version")).scalars())
    times, bodies = [], [page.text for page in probes]
    for page in probes[:10]:
        begun = time.process_time_ns()
        process.extract(page.title, titles, scorer=fuzz.ratio, score_cutoff=80, limit=12)
        times.append((time.process_time_ns() - begun) / 1e6)
    row(f"brute-force rapidfuzz: ratio on {len(titles):,} titles (CPU)", times)
    times = []
    for page in probes[:10]:
        begun = time.process_time_ns()
        process.extract(page.text, bodies, scorer=fuzz.ratio, score_cutoff=80, limit=12)
        times.append((time.process_time_ns() - begun) / 1e6 * len(titles) / len(bodies))
    row(f"brute-force rapidfuzz: ratio on bodies, {len(bodies)} scaled to {len(titles):,}", times)


def one(name: str, url: str, count: int, against: bool) -> None:
    """One store of one size, filled unless it is there; `against`: brute force over it too."""
    pages = notices()
    database = open_database(url)
    with database.read() as connection:
        there = connection.execute(sql("SELECT max(id) FROM version")).scalar() == count
    begun = time.perf_counter()
    if not there:
        fill(database, count, [copies(page, n)[n % 3] for n, page in enumerate(pages[:PROBES])])
        database.close()
        database = open_database(url)
        if not database.is_sqlite:
            with database.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
    told = "as it was" if there else f"filled in {time.perf_counter() - begun:.0f} s"
    sys.stdout.write(f"\n{name}, {count:,} versions, {told}\n")
    sizes(name, database, count)
    measure(name, database, pages)
    if against:
        brute(database, pages)
    database.close()


def _database(server: str, name: str) -> str:
    """The database of that name on the server, made if it is not there; its URL."""
    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--big", action="store_true", help="1,000,000 versions too (minutes, some GB of disk)")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--keep", type=Path, help="a folder in which the stores stay, to be measured again")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        server = stack.enter_context(running_server(folder / "pg"))
        for count in [*given.sizes, *([1_000_000] if given.big else [])]:
            one("SQLite", f"sqlite:///{folder}/{count}.db", count, against=True)
            one("PostgreSQL", _database(server, f"hits_{count}"), count, against=False)


if __name__ == "__main__":
    main()
