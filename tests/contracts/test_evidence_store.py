"""What does every store promise of heads and kept copies?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from monitor.adapters.signing import Signer
from monitor.adapters.sql import SqlStore
from monitor.domain.evidence import KeptCopy
from monitor.domain.hit import Relation
from monitor.domain.intent import VersionIntent
from monitor.domain.query import HitFilter
from tests.fakes.intents import NEW, Stage, text

ALL = HitFilter()
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
COPY = KeptCopy("https://x.example/a", "text/html", "a" * 64, "monitor-2026-03-02.warc.gz", 285, 700, "b" * 64, NOW)


async def test_the_copy_of_a_version_is_named_with_it_and_the_log_holds(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", VersionIntent(text("first"), NEW, "b" * 64, copy=COPY))
    (hit,) = stage.queries.hits(ALL)
    (copy,) = stage.queries.copies(hit.version)
    assert replace(copy, id=0, version=0) == COPY
    assert copy.version == hit.version
    assert stage.queries.copies(hit.version + 1) == []
    assert stage.queries.verify().status == "ok"


async def test_a_version_that_is_stored_already_names_no_second_copy(stage: Stage) -> None:
    await stage.watch("city")
    for _ in range(2):
        await stage.poll("city", VersionIntent(text("first"), NEW, "b" * 64, copy=COPY))
    (hit,) = stage.queries.hits(ALL)
    assert len(stage.queries.copies(hit.version)) == 1


async def test_every_verdict_and_relation_keeps_its_copy(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", VersionIntent(text("first"), NEW, "b" * 64, copy=COPY))
    (first,) = stage.queries.hits(ALL)
    again = replace(NEW, relation=Relation.REVISION, to=first.version)
    await stage.poll("city", VersionIntent(text("second"), again, "c" * 64, copy=replace(COPY, offset=985)))
    assert [len(stage.queries.copies(hit.version)) for hit in stage.queries.hits(ALL)] == [1, 1]


async def test_a_head_says_how_long_the_log_is(stage: Stage) -> None:
    if isinstance(stage.store, SqlStore):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        stage.store.writer.signer = Signer(Ed25519PrivateKey.generate())
    await stage.watch("city")
    await stage.poll("city", text("first"))
    assert stage.queries.signed_head() is None
    await stage.store.seal(NOW)
    head = stage.queries.signed_head()
    assert head is not None
    assert head.split("\n")[0].startswith("mention-monitor/")
    assert head.split("\n")[1] == str(len(stage.kinds()))
    await stage.store.seal(NOW)
    assert stage.queries.signed_head() == head
