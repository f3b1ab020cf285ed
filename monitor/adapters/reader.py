"""reader: how does a body become a reading - all of it in one process, whichever that is?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from monitor.domain.document import Harvest, Origin, Reading
from monitor.domain.errors import ReadError
from monitor.pipeline.match import Compiled
from monitor.pipeline.read import Counts, counts, may_match, prepare

from .formats.base import Caps, Refiner
from .kinds import READERS

OLD_TLS = "read over old TLS rules"
Halfway = Callable[[Harvest, tuple[Counts, ...]], None]


def read_body(body: bytes, origin: Origin, caps: Caps, compiled: Compiled, key: bytes, halfway: Halfway) -> Reading:
    """Texts, matches, kinds and keys of a body. Raises ReadError.

    `halfway` is told all text as soon as it is there, if a plain term stands in it: should the rest not come to an
    end, that much is known. Main text is parted from furniture only where a term stands, or `refine` is asked for.
    """
    kind = READERS.get(origin.kind)
    if kind is None:
        raise ReadError("unsupported", f"there is no source kind {origin.kind!r}")
    harvest = _noted(kind.read(body, origin, caps), origin)
    told = may_match(harvest, compiled)
    found = counts(harvest, compiled, told)
    if any(found):
        halfway(harvest, found)
    if kind.refine is None:
        return prepare(harvest, compiled, key, told)
    if not (any(found) or origin.options.get("refine")):
        reading = prepare(harvest, compiled, key)
        if not any(prepared.hits for prepared in reading.prepared):
            return reading  # a tolerated form would have been found now, though no plain term stands there
    return prepare(_refined(kind.refine, body, origin, caps, harvest), compiled, key)


def _noted(harvest: Harvest, origin: Origin) -> Harvest:
    """What came over old TLS rules says so wherever it is shown."""
    if not (origin.options.get("old_tls") and origin.url.startswith("https:")):
        return harvest
    return replace(harvest, texts=tuple(replace(text, warnings=(*text.warnings, OLD_TLS)) for text in harvest.texts))


def _refined(refine: Refiner, body: bytes, origin: Origin, caps: Caps, harvest: Harvest) -> Harvest:
    try:
        return refine(body, origin, caps, harvest)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - then the whole text is the main text: no hit is lost
        return replace(harvest, warnings=(*harvest.warnings, f"main text not found: {told(error)}"))


def told(error: Exception) -> str:
    """The error and where it was raised, in one line."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    where = f"{step.tb_frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}" if step else "?"
    return f"{type(error).__name__} at {where}: {str(error)[:200]}"
