"""How quick are the console's pages on a store of a million hits? `python -m tests.benchmarks.console [--count 100000] [--keep FILE]`

The store is generated: hits of eight topics over 800 days, in Chinese and English, each on one of 4,000 texts of some hundred
characters, 88 % alerts, 8 % review, 4 % suppressed; some rulings and deliveries. Pages are asked through the whole ASGI
application (guard, session, queries, template), one after the other; p95 has to stay within 100 ms, a page within 60 kB. Beside
the time on the wall stands the processor's, which a busy machine does not blur.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from monitor.adapters.sql import SqlQueries, hit_reads, open_database, search
from monitor.adapters.sql.writer import Tx
from monitor.console.app import ConsoleSettings, create_app
from monitor.pipeline.search import words
from storage.engine import Database
from tests.fakes.people import InMemoryPeople

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
DAYS, CHUNK, ROUNDS, POOL = 800, 20_000, 40, 4_000
TOPICS = {
    "qiming": ("启明计划", "Qiming Program"), "kunpeng": ("鲲鹏行动", "Kunpeng Action"), "huoju": ("火炬计划", "Torch Program"),
    "ttp": ("千人计划", "Thousand Talents Plan"), "ouyoung": ("海外优青", "Overseas Excellent Young"),
    "changjiang": ("长江学者", "Changjiang Scholars"), "zhujiang": ("珠江人才", "Pearl River Talent"),
    "unnamed": ("引才", "talent call"),
}  # fmt: skip
CITIES = [("CN-ZJ", "Wenzhou", "温州"), ("CN-ZJ", "Hangzhou", "杭州"), ("CN-JS", "Suzhou", "苏州"), ("CN-GD", "Shenzhen", "深圳"),
          ("CN-FJ", "Xiamen", "厦门"), ("CN-SN", "Xi'an", "西安")]  # fmt: skip
ZH = (
    "组织申报推荐人选博士学位海外工作经历年龄不超过周岁安家费科研启动经费住房补贴子女入学配偶就业全职到岗合同公示名单评审专家"
    "产业领域芯片材料生物医药先进制造高校院所企业用人单位截止日期材料报送逾期不予受理"
)
EN = (
    "applicants", "doctoral", "degree", "overseas", "experience", "age", "limit", "housing", "allowance", "research", "funding",
    "signing", "bonus", "full", "time", "contract", "review", "panel", "semiconductor", "materials", "biotech", "manufacturing",
    "university", "employer", "deadline", "submit", "late",
)  # fmt: skip
NOWHERE = ("nothing-like-it", "龘龘", "zzz bonus", "deadline 龘")
STATES = ("unjudged", "right", "wrong", "restored")
KINDS = ("recruitment-ad", "policy-document", "news", "profile", "technical", "other")


class Filler:
    """Rows of generated hits on their way into an empty SQLite store."""

    def __init__(self, database: Database, count: int) -> None:
        self.database, self.count, self.chance = database, count, random.Random(7)
        self.pool = [self._text(number) for number in range(POOL)]

    def _text(self, number: int) -> tuple[str, frozenset[str]]:
        """A body with its words; even ones are Chinese."""
        if number % 2:
            body = " ".join(self.chance.choice(EN) for _ in range(self.chance.randint(40, 120)))
        else:
            body = "".join(self.chance.choice(ZH) for _ in range(self.chance.randint(150, 500)))
        return body, frozenset(words(body))

    def run(self) -> None:
        """Writes all of them."""
        for low in range(1, self.count + 1, CHUNK):
            with self.database.write() as connection:
                raw: Any = connection.connection.cursor()
                numbers = range(low, min(low + CHUNK, self.count + 1))
                self._write(raw, [self._one(number) for number in numbers])
            sys.stdout.write(f"\r{min(low + CHUNK - 1, self.count):,} hits")
            sys.stdout.flush()
        self._rest()

    def _one(self, number: int) -> dict[str, Any]:
        chance = self.chance
        topic = chance.choice(list(TOPICS))
        chinese = chance.random() < 0.7
        name = TOPICS[topic][not chinese]
        province, city, written = chance.choice(CITIES)
        of = chance.randrange(0, POOL, 2) + (not chinese)
        body = self.pool[of][0]
        title = f"{written}第{number}号通知：组织申报{name}" if chinese else f"{city} notice {number}: {name}"
        amount = chance.choice([100_000, 300_000, 1_000_000, 5_000_000])
        facts: list[dict[str, object]] = [{"fact": "place", "province": province, "city": city, "text": written}]
        if chance.random() < 0.4:
            facts.append(
                {
                    "fact": "money",
                    "role": "reward",
                    "low": amount,
                    "high": amount,
                    "currency": "CNY",
                    "text": str(amount),
                }
            )
        seen = NOW - timedelta(days=DAYS * (1 - number / self.count), minutes=5)
        if chance.random() < 0.3:
            facts.append({"fact": "deadline", "date": f"{seen + timedelta(days=60):%Y-%m-%d}", "text": "截止"})
        verdict = chance.choices(("alert", "review", "suppressed"), (88, 8, 4))[0]
        start = title.index(name)
        return {
            "id": number, "version": number, "item": number, "topic": topic, "ruleset": "r1", "verdict": verdict,
            "novelty": chance.choices(("new", "same", "revision", "story"), (6, 2, 1, 1))[0], "edition": 1, "baseline": 0,
            "source": f"source-{number % 200}", "url": f"https://s{number % 200}.example.org/{number}", "title": title,
            "kind": chance.choice(KINDS), "part": None, "term": name, "form": "exact", "text": name, "start": start,
            "end": start + len(name), "passage": body[:300], "passage_start": len(title) + 1,
            "matches": json.dumps([{"topic": topic, "term": name, "form": "exact", "field": "title", "start": start,
                                    "end": start + len(name), "text": name, "reason": "The name stands in the title."}]),
            "facts": json.dumps(facts, ensure_ascii=False), "reasons": '["The name stands in the title."]', "score": 0.9,
            "first_seen_at": seen, "of": of,
        }  # fmt: skip

    def _write(self, raw: Any, rows: list[dict[str, Any]]) -> None:
        stored = [(row, _at(row["first_seen_at"])) for row in rows]
        _many(raw, "document", "id, source, place, url, first_seen_at",
              [(row["id"], row["source"], row["url"], row["url"], at) for row, at in stored])  # fmt: skip
        _many(raw, "item", "id, first_version, last_version, edition, created_at",
              [(row["id"], row["id"], row["id"], 1, at) for row, at in stored])  # fmt: skip
        _many(raw, "text", "sha256, content, length, stored_at, with_hit",
              [(f"{row['id']:064x}", zlib.compress(f"{row['title']}\n{row['passage']}".encode(), 1), len(row["passage"]), at, 1)
               for row, at in stored])  # fmt: skip
        _many(raw, "version", "id, document, text_hash, text, fingerprint, body_hash, url, title, first_seen_at, item, "
              "relation, relation_score, truncated, ruleset",
              [(row["id"], row["id"], f"{row['id']:064x}", f"{row['id']:064x}", row["id"], "b", row["url"], row["title"], at,
                row["item"], "distinct", 0.0, 0, "r1") for row, at in stored])  # fmt: skip
        names = [name for name in rows[0] if name not in {"of", "first_seen_at"}]
        _many(raw, "hit", ", ".join(f'"{name}"' for name in (*names, "first_seen_at")),
              [(*(row[name] for name in names), at) for row, at in stored])  # fmt: skip
        found = [
            (row["id"], " ".join(self.pool[row["of"]][1] | words(row["title"]) | search._labels(row))) for row in rows
        ]
        raw.executemany("INSERT INTO hit_search (rowid, words) VALUES (?, ?)", found)

    def _rest(self) -> None:
        """Rulings, sources, counts of days."""
        with self.database.write() as connection:
            raw: Any = connection.connection.cursor()
            ruled = self.chance.sample(range(1, self.count + 1), min(5_000, self.count // 20))
            kinds = ("right", "wrong", "restored", "withdrawn")
            _many(raw, "ruling", "kind, actor, at, why, hit",
                  [(self.chance.choice(kinds), "lena", _at(NOW), "", hit) for hit in ruled])  # fmt: skip
            _many(raw, "source", "key, kind, address, host, every, interval, due_at",
                  [(f"source-{n}", "feed", f"https://s{n}.example.org/", "h", 900, 900, _at(NOW)) for n in range(200)])  # fmt: skip
        for _ in range(self.count // hit_reads.AT_ONCE + 1):
            with self.database.write() as connection:
                hit_reads.count_days(Tx(connection, self.database), NOW)
        self.database.checkpoint()


def _many(raw: Any, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    marks = ",".join("?" * len(rows[0]))
    raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


class Wrist:
    """A clock that stands."""

    def now(self) -> datetime:
        """The end of the generated time."""
        return NOW

    def monotonic(self) -> float:
        """Seconds."""
        return time.monotonic()


def asked(count: int, chance: random.Random) -> dict[str, list[str]]:
    """The addresses of each kind of page."""
    zh = ["人才", "启明", "申报", "温州", "芯片", "费用", "计划", "住房"]
    return {
        "today": ["/"] * ROUNDS,
        "hit list": ["/hits", "/hits?verdict=review", "/hits?verdict=all", "/hits?topic=qiming", "/hits?page=7"] * (ROUNDS // 5),
        "hit list, filters": [
            f"/hits?verdict=all&kind={kind}&source=source-{n}&place=%E6%B5%99%E6%B1%9F"
            for n, kind in enumerate(KINDS * (ROUNDS // 6))
        ],
        "hit list, facts": ["/hits?min_amount=1000000&currency=CNY", "/hits?min_amount=300000",
                            "/hits?deadline_after=2026-06-01&deadline_before=2026-07-15", "/hits?place=Wenzhou"] * (ROUNDS // 4),
        "hit list, time": ["/hits?since=2026-11-01", "/hits?until=2025-11-01&topic=huoju", "/hits?since=2026-01-01&until=2026-02-01"]
        * (ROUNDS // 3),
        "hit list, rulings": [f"/hits?verdict=all&state={state}" for state in STATES] * (ROUNDS // 4),
        "search, Chinese of two": [f"/hits?q={chance.choice(zh) if n % 2 else ''.join(chance.sample(ZH, 2))}" for n in range(ROUNDS)],
        "search, Chinese longer": [f"/hits?verdict=all&q={city}申报{name[0]}" for _, _, city in CITIES for name in TOPICS.values()],
        "search, English": [f"/hits?verdict=all&q={' '.join(chance.sample(EN, 1 + n % 3))}" for n in range(ROUNDS)],
        "search, found nowhere": [f"/hits?verdict=all&q={word}" for word in NOWHERE] * (ROUNDS // 4),
        "hit": [f"/hits/{chance.randint(1, count)}" for _ in range(ROUNDS)],
        "whole text": [f"/hits/{chance.randint(1, count)}/text" for _ in range(ROUNDS)],
    }  # fmt: skip


def measure(database: Database, count: int) -> bool:
    """Prints p50, p95, the largest page of each kind; whether all hold."""
    queries = SqlQueries(database)
    app = create_app(queries, None, InMemoryPeople(), ConsoleSettings(setup=False), Wrist())
    client = TestClient(app, base_url="http://127.0.0.1:8080")
    client.get(asyncio.run(app.state.door.link("http://127.0.0.1:8080")))
    holds = True
    for name, addresses in asked(count, random.Random(3)).items():
        spent: list[tuple[float, str]] = []
        busy: list[float] = []
        largest = 0
        for address in addresses:
            begun, used = time.perf_counter(), time.process_time()
            answer = client.get(address)
            spent.append((time.perf_counter() - begun, address))
            busy.append((time.process_time() - used) * 1000)
            largest = max(largest, len(answer.content))
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code}")
        spent.sort()
        busy.sort()
        p50, p95 = spent[len(spent) // 2][0] * 1000, spent[int(len(spent) * 0.95)][0] * 1000
        good = p95 <= 100 and largest <= 60_000
        holds &= good
        sys.stdout.write(
            f"{name:<26} p50 {p50:7.1f}  p95 {p95:7.1f} ms  processor p50 {busy[len(busy) // 2]:6.1f}  "
            f"p95 {busy[int(len(busy) * 0.95)]:6.1f} ms  largest {largest / 1000:5.1f} kB  "
            f"{'' if good else 'MISSED: ' + spent[-1][1]}\n"
        )
        sys.stdout.flush()
    queries.close()
    return holds


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="make the store here, or use the one that lies here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "monitor.db"
        fresh = not path.exists()
        database = open_database(f"sqlite:///{path}")
        if fresh:
            begun = time.perf_counter()
            Filler(database, given.count).run()
            sys.stdout.write(f", filled in {time.perf_counter() - begun:.0f} s, {path.stat().st_size / 1e9:.2f} GB\n")
        holds = measure(database, given.count)
        database.close()
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
