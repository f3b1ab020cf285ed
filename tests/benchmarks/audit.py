"""How long does verifying a long log take: `python -m tests.benchmarks.audit [ENTRIES]`.

Fills a SQLite file with entries of the kinds that a service writes (one of ten commits to a hit, a version and a delivery), signs
a head every 256, then times the inner verifier, the export and its verify.py.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from monitor.adapters import signing
from monitor.adapters.audit_export.folder import lay_down
from monitor.adapters.sql import SqlQueries, open_database
from monitor.adapters.sql import audit as log
from monitor.adapters.sql.reconcile import DELIVERY, DELIVERY_FIXED, HIT, VERSION, material
from monitor.adapters.sql.verify import Trust
from monitor.domain.audit import AuditNote
from storage.engine import Database

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BATCH = 500
Row = dict[str, Any]


def _hit(number: int) -> tuple[Row, Row, Row]:
    version: Row = {
        "id": number, "document": number, "text_hash": "a" * 64, "text": "b" * 64, "fingerprint": number,
        "body_hash": "c" * 64, "url": f"https://city.example.org/{number}", "title": f"notice {number}",
        "language": "zh", "format": "html", "kind": "other", "part": None, "published": None, "first_seen_at": NOW,
        "item": number, "relation": "distinct", "relation_to": None, "relation_score": 0.5, "relation_reasons": "[]",
        "changes": "[]", "warnings": "[]", "truncated": False, "ruleset": "d" * 64,
    }  # fmt: skip
    hit: Row = {
        "id": number, "version": number, "item": number, "topic": "qiming", "ruleset": "d" * 64, "verdict": "alert",
        "novelty": "new", "edition": 1, "baseline": False, "source": "city", "url": version["url"],
        "title": version["title"], "kind": "other", "part": None, "term": "启明计划", "form": "exact",
        "text": "启明计划", "start": 10, "end": 14, "passage": "关于申报启明计划的通知" * 5, "passage_start": 6,
        "matches": '[{"term":"启明计划"}]', "facts": "[]", "reasons": '["stands as written"]', "score": 0.9,
        "first_seen_at": NOW,
    }  # fmt: skip
    delivery: Row = {
        "id": number, "hit": number, "item": number, "topic": "qiming", "edition": 1, "channel": "me",
        "recipient": "me@example.org", "form": "new", "source": "city", "state": "owed", "created_at": NOW,
    }  # fmt: skip
    return version, hit, delivery


def _notes(entries: int, rows: list[tuple[Row, Row, Row]]) -> Iterator[AuditNote]:
    for number in range(1, entries + 1):
        at = NOW + timedelta(seconds=number)
        if not number % 10:
            version, hit, delivery = _hit(number)
            rows.append((version, hit, delivery))
            fixed = {name: delivery[name] for name in DELIVERY_FIXED}
            yield AuditNote("polled", "monitor", at, {
                    "source": "city", "ruleset": "d" * 64,
                "versions": [{"version": version["id"], "commit": log.row_commit(version)}],
                "hits": [{"hit": hit["id"], "commit": log.row_commit(hit)}],
                "deliveries": [{"delivery": delivery["id"], "commit": log.row_commit(fixed)}],
            })  # fmt: skip
        else:
            yield AuditNote("polled", "monitor", at, {"source": "city", "ruleset": "d" * 64, "links": number % 7})


def fill(database: Database, entries: int, signer: signing.Signer) -> None:
    """Writes the log and its rows."""
    rows: list[tuple[Row, Row, Row]] = []
    notes = _notes(entries, rows)
    while batch := list(islice(notes, BATCH)):
        with database.write() as connection:
            for table, place in ((VERSION, 0), (HIT, 1), (DELIVERY, 2)):
                connection.execute(insert(table), [one[place] for one in rows])
            log.append(connection, batch, signer)
        rows.clear()


def main(entries: int) -> None:
    """Prints the times."""
    with tempfile.TemporaryDirectory() as folder:
        signer = signing.load_or_make(Path(folder) / "keys")
        database = open_database(f"sqlite:///{folder}/monitor.db")
        started = time.perf_counter()
        fill(database, entries, signer)
        print(f"wrote {entries:,} entries in {time.perf_counter() - started:.1f} s")
        queries = SqlQueries(database)
        queries.trust = Trust(signer)
        started, cpu = time.perf_counter(), time.process_time()
        found = queries.verify()
        took, used = time.perf_counter() - started, time.process_time() - cpu
        print(f"inner verify: {took:.1f} s ({used:.1f} s of CPU), {found.status}, {found.findings}, {found.notes}")
        with queries.database.read() as connection:
            started = time.perf_counter()
            laid = lay_down(Path(folder) / "export", material(connection, log.stamp(NOW)), signer)
        print(f"export: {time.perf_counter() - started:.1f} s, {laid}")
        started, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        command = [sys.executable, "-I", f"{folder}/export/verify.py"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        took, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - cpu
        print(f"verify.py: {took:.1f} s ({used:.1f} s of CPU)\n{told.stdout}{told.stderr}")
        queries.close()
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
