"""evidence: what was a hit read from, and how does somebody else check it?"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .context import now, opened, settings_now

if TYPE_CHECKING:
    from ..adapters.sql import SqlQueries, SqlStore
    from ..config.settings import Settings
    from ..domain.evidence import KeptCopy
    from ..domain.hit import HitView


def show_copy(number: int, save: Path | None = None) -> None:
    """Opens the kept copy of a hit, shows the passage in it, and logs that. Exits 1 when there is none or it was altered."""
    settings = settings_now()
    with opened(settings) as (store, queries):
        hit = queries.hit(number)
        copies = queries.copies(hit.version) if hit is not None else []
        if hit is None or not copies:
            what = f"hit {number} has no kept copy" if hit is not None else f"there is no hit {number}"
            print(f"monitor: {what}", file=sys.stderr)
            raise typer.Exit(1)
        told = asyncio.run(_opened(settings, store, hit, copies[0], save))
    print("\n".join(told))


async def _opened(settings: Settings, store: SqlStore, hit: HitView, copy: KeptCopy, save: Path | None) -> list[str]:
    from .. import wiring
    from ..domain.audit import AuditNote

    body = wiring.evidence(settings).open(copy)  # raises StoreError: missing or altered
    note = AuditNote("kept copy opened", "operator", now(), {"hit": hit.id, "copy": copy.id, "sha256": copy.sha256})
    await store.note([note])
    await store.writer.close()
    if save is not None:
        await asyncio.to_thread(save.write_bytes, body)
    return _in_words(hit, copy, await _texts_of(settings, copy, body), len(body), save)


def _in_words(hit: HitView, copy: KeptCopy, texts: list[str], size: int, save: Path | None) -> list[str]:
    from ..pipeline.compose.safe import visible
    from ..pipeline.mask import mask

    lines = [
        f"Hit {hit.id}, copy {copy.id}: {size} bytes, fetched {copy.fetched_at:%Y-%m-%d %H:%M:%S} UTC",
        f"  from {copy.url} ({copy.content_type or 'no type given'})",
        f"  in {copy.file} at {copy.offset}, {copy.length} bytes; SHA-256 of the body {copy.sha256}: it is what was kept",
        "",
    ]
    low = hit.start - hit.passage_start
    found = [text.find(hit.passage) for text in texts]
    place = next((place for place, at in enumerate(found) if at >= 0), None)
    if place is None:
        lines.append("The passage does not stand in it as today's reader reads it; the bytes are what they were.")
    else:
        text, start = texts[place], found[place] + low
        end = start + len(hit.text)
        around = (max(0, start - 300), min(len(text), end + 300))
        excerpt = mask(text[around[0] : around[1]], [(start - around[0], end - around[0])])
        cut = (start - around[0], end - around[0])
        marked = f"{excerpt[: cut[0]]}【{excerpt[cut[0] : cut[1]]}】{excerpt[cut[1] :]}"
        lines += ["The passage stands in it:", *(f"> {part}" for part in marked.splitlines())]
    if save is not None:
        lines.append(f"The bytes are in {save}; open them with care: they are as the web sent them.")
    return [visible(one) for one in lines]


def export_bundle(number: int, target: Path) -> None:
    """Lays down the evidence bundle of a hit in a folder or ZIP, and logs that. Exits 1 when there is no such hit."""
    settings = settings_now()
    with opened(settings) as (store, queries):
        if queries.hit(number) is None:
            print(f"monitor: there is no hit {number}; `monitor hits list` shows those there are", file=sys.stderr)
            raise typer.Exit(1)
        missing = asyncio.run(_bundle(settings, store, queries, number, target))
    print(f"{target}: the evidence of hit {number}" + (f" (without its copy: {missing})" if missing else ""))
    print("open index.html in a browser; check it with: python3 verify.py")


async def _bundle(settings: Settings, store: SqlStore, queries: SqlQueries, number: int, target: Path) -> str:
    """Seals the log and lays down the evidence of a hit; why its copy is missing, in words, or nothing. Raises MonitorError."""
    from .. import wiring
    from ..adapters import signing
    from ..adapters.audit_export.bundle import lay_down
    from ..adapters.sql.cases import case_of
    from ..domain.audit import AuditNote

    signer = store.writer.signer = signing.load_or_make(settings.keys)
    at = now()
    await store.seal(at)
    case = case_of(queries, wiring.evidence(settings), number)
    lay_down(target, case, signer, at)
    await store.note([AuditNote("exported", "operator", at, {"what": "evidence bundle", "hit": number})])
    await store.writer.close()
    return case.missing


async def _texts_of(settings: Settings, copy: KeptCopy, body: bytes) -> list[str]:
    """The texts that today's reader finds in a kept body; empty when it cannot be read. Read in a child process."""
    from .. import wiring
    from ..adapters.clock import SystemClock
    from ..adapters.process import ChildRoom
    from ..domain.document import Origin
    from ..domain.errors import ReadError
    from ..domain.topic import Ruleset

    room = ChildRoom(SystemClock(), b"no fingerprints", 1, wiring.child_limits(settings))
    try:
        await room.use(Ruleset(""))
        reading = await room.read(body, Origin("", "any", copy.url, copy.content_type, None, {"refine": True}))
    except ReadError:
        return []
    finally:
        await room.close()
    return [f"{one.extracted.title}\n{one.extracted.text}" for one in reading.prepared]
