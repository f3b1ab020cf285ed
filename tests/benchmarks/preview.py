"""How long does a preview of an edit take over a large store? `python -m tests.benchmarks.preview [--texts 200000] [--keep FILE]`

The store is generated into the real tables: notices of some 1,200 characters made of invented sentences, one in twelve names
something that is watched. Four questions: a small edit (one topic gains a term), a new topic, the whole ruleset against none,
and the replay of an old ruleset. Of the third the answers are compared with those of the live way, text by text.
Told are wall seconds, CPU seconds of all children, and the greatest memory of this process and of a child.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import resource
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from monitor.adapters.clock import SystemClock
from monitor.adapters.process import ChildRoom
from monitor.adapters.sql import open_database
from monitor.adapters.sql.texts import DOCUMENT, TEXT, VERSION, SqlArchive
from monitor.config.settings import shipped_watchlists
from monitor.domain.archive import Preview
from monitor.domain.document import Extracted
from monitor.domain.topic import Ruleset, Term, Topic
from monitor.pipeline.match import compile_ruleset
from monitor.pipeline.read import prepare_text, watched_forms
from monitor.turns.preview import preview
from monitor.wiring import topics_only
from storage.engine import Database

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOURCES = 200
ALIKE = 3_000  # texts whose answers are compared with the live way
PLACES = ("云澜市", "海屿区", "青禾县", "北麓新区", "长汀高新区", "石屏开发区", "临沧港", "东篱镇")
WHO = ("人社局", "科技局", "发改委", "工信局", "教育局", "卫健委", "住建局", "档案馆", "图书馆", "博物馆")
DOES = ("印发", "公布", "解读", "部署", "启动", "验收", "调研", "督导", "推进", "总结")
WHAT = (
    "年度绩效考核办法", "老旧小区改造项目", "高标准农田建设", "秋季招生工作", "城乡供水一体化", "公共图书馆总分馆制",
    "社区养老服务设施", "河湖长制工作要点", "中小企业数字化转型试点", "产业园区公共服务平台", "博士后科研工作站申报",
    "国有土地使用权出让公告", "道路交通安全整治", "春季植树活动", "职工技能竞赛", "食品安全抽检结果",
)  # fmt: skip
ENDS = (
    "请各有关单位认真组织实施，并于月底前报送进展情况", "联系人和联系方式见附件", "现场观摩后召开了座谈会",
    "要求压实责任，细化措施，确保按期完成", "有关材料一式三份，逾期不予受理", "会议由分管负责同志主持",
    "The notice takes effect on the day it is issued", "Residents may send comments to the office by letter",
)  # fmt: skip
NAMED = (
    "关于组织申报2026年度启明计划的通知", "火炬计划人才项目申报指南", "鲲鹏计划引进高层次人才", "启明创投完成新一轮融资",
    "Applications for the Qiming Program open in May", "青年千人计划入选者名单公示", "引进海外高层次人才，给予安家补贴一百万元",
)  # fmt: skip
FRESH = Topic("qihang", "Sail Program", terms=(Term("博士后科研工作站申报", near=("印发",), within=40),))


def bodies(count: int, chance: random.Random) -> Iterator[tuple[str, str, bool]]:
    """(title, body, whether something watched is named) of so many notices."""
    for number in range(count):
        named = chance.random() < 1 / 12
        lines = [
            f"{chance.choice(PLACES)}{chance.choice(WHO)}{chance.choice(DOES)}{chance.choice(WHAT)}，{chance.choice(ENDS)}。"
            for _ in range(22)
        ]
        if named:
            lines[chance.randrange(len(lines))] = f"{chance.choice(NAMED)}。"
        title = f"{chance.choice(PLACES)}{chance.choice(DOES)}{chance.choice(WHAT)}（{number}）"
        yield title, "\n".join(lines), named


def fill(database: Database, count: int) -> None:
    """So many documents with one version and text each, over 30 days."""
    chance = random.Random(22)
    rows: dict[str, list[dict[str, Any]]] = {"document": [], "version": [], "text": []}
    for number, (title, body, named) in enumerate(bodies(count, chance), 1):
        raw = f"{title}\n{body}".encode()
        digest, at = (
            hashlib.sha256(raw).hexdigest(),
            NOW - timedelta(days=30) + timedelta(days=30) * number / (count + 1),
        )
        url = f"https://s{number % SOURCES}.example.org/{number}"
        rows["document"].append(
            {"id": number, "source": f"s{number % SOURCES}", "place": url, "url": url, "first_seen_at": at}
        )
        rows["version"].append(
            {"id": number, "document": number, "text_hash": digest, "text": digest, "fingerprint": number, "body_hash": digest,
             "url": url, "title": title, "format": "html", "first_seen_at": at, "ruleset": "r"}
        )  # fmt: skip
        rows["text"].append(
            {"sha256": digest, "content": zlib.compress(raw, 1), "length": len(raw), "stored_at": at, "with_hit": named}
        )
        if number % 5_000 == 0 or number == count:
            with database.write() as connection:
                for table, name in ((DOCUMENT, "document"), (TEXT, "text"), (VERSION, "version")):
                    connection.execute(insert(table), rows[name])
            rows = {name: [] for name in rows}


async def ask(archive: SqlArchive, name: str, before: Ruleset | None, after: Ruleset, samples: int = 3) -> Preview:
    """One preview, its cost told."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    room = ChildRoom(SystemClock(), b"k", 2, None, before)
    try:
        await room.use(after)
        found = await preview(archive, room, None, samples=samples)
    finally:
        await room.close()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = spent.ru_utime + spent.ru_stime - began.ru_utime - began.ru_stime
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:34} {time.perf_counter() - wall:6.1f} s wall, {cpu:6.1f} s CPU of children, {own:4.0f} MB here, "
        f"{spent.ru_maxrss / 1024:4.0f} MB a child at most: +{found.gained:,} −{found.lost:,} ~{found.moved:,} "
        f"over {found.texts:,} texts",
        flush=True,
    )
    return found


async def alike(archive: SqlArchive, rules: Ruleset, count: int) -> None:
    """Whether the preview of a ruleset against none finds in each text what the live way finds."""
    compiled = compile_ruleset(rules)
    forms = watched_forms(compiled)
    texts = [one for batch in archive.texts(None) for one in batch][:count]
    room = ChildRoom(SystemClock(), b"k", 2)
    await room.use(rules)
    again = {(one.version, one.topic): one.after for low in range(0, len(texts), 200)
             for one in (await room.compare(texts[low : low + 200])).changes}  # fmt: skip
    await room.close()
    live = {}
    for one in texts:
        title, _, body = zlib.decompress(one.content).decode().partition("\n")
        made = prepare_text(
            Extracted(one.place, one.url, title, body, published=one.published), {}, compiled, b"k", forms
        )
        live |= {(one.version, hit.topic): hit.verdict.value for hit in made.hits}
    print(
        f"live way and preview over {len(texts):,} texts: {len(live):,} hits, {len(again.items() ^ live.items())} differ"
    )


async def measure(database: Database) -> None:
    """All questions."""
    archive = SqlArchive(database)
    rules = topics_only(shipped_watchlists())
    first = rules.topics[0]
    wider = replace(first, terms=(*first.terms, Term("职工技能竞赛", tolerance=first.terms[0].tolerance)))
    edit = Ruleset("edit", (wider, *rules.topics[1:]))
    await ask(archive, "edit: one topic gains a term", rules, edit)
    await ask(archive, "edit: a new topic", rules, Ruleset("more", (*rules.topics, FRESH)))
    await ask(archive, "edit: one topic is dropped", rules, Ruleset("less", rules.topics[1:]))
    await ask(archive, "the whole ruleset against none", None, rules)
    await ask(archive, "replay: the same ruleset", edit, edit)
    await alike(archive, rules, ALIKE)


def main() -> None:
    """Fills a store, then asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, default=None, help="use this database file; filled when it is not there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "store.db"
        there = path.exists()
        database = open_database(f"sqlite:///{path}")
        began = time.perf_counter()
        if not there:
            fill(database, given.texts)
            database.checkpoint()
        print(f"store: {path.stat().st_size / 1e6:.0f} MB, filled in {time.perf_counter() - began:.0f} s", flush=True)
        asyncio.run(measure(database))
        database.close()


if __name__ == "__main__":
    main()
