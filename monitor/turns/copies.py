"""copies: which bodies are kept, before what was found in them is stored?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..domain.evidence import KeptCopy
from ..domain.intent import VersionIntent
from ..pipeline.pages import Page
from .desk import Desk


async def keep(
    desk: Desk, source: str, versions: Sequence[VersionIntent], pages: Iterable[Page]
) -> list[VersionIntent]:
    """The texts of a poll, those with a hit (of any verdict) with the kept copy of the body that they stood in.

    Bodies without a hit are not kept. Raises StoreError when one cannot be kept: then nothing of the poll may be stored.
    """
    if desk.evidence is None or not any(one.prepared.hits for one in versions):
        return list(versions)
    bodies = {one.text_hash: page.fetched for page in pages for one in page.reading.prepared}
    first = next(iter(bodies.values()), None)
    made: dict[int, KeptCopy] = {}
    told: list[VersionIntent] = []
    for one in versions:
        body = bodies.get(one.prepared.text_hash, first) if one.prepared.hits else None
        if body is not None and id(body) not in made:
            made[id(body)] = await desk.evidence.keep(body, source, desk.now())
        told.append(replace(one, copy=made[id(body)]) if body is not None else one)
    return told
