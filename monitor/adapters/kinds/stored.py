"""stored: a text that is here already - of the archive, or of a line of JSON - read as if it came now."""

from __future__ import annotations

from datetime import UTC, date, datetime

from monitor.domain.document import Extracted, Harvest, Origin

from ..formats.base import Budget, Caps
from .base import SourceKind


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The body's first line as title, the rest as main text; what else is known of it stands in the origin's options."""
    title, _, text = body.decode("utf-8", "replace").partition("\n")
    budget = Budget(caps.text)
    kept = budget.take(text)
    extracted = Extracted(
        place=_word(origin, "place") or origin.url,
        url=origin.url,
        title=title,
        text=kept,
        published=_moment(_word(origin, "published")),
        language=_word(origin, "language") or None,
        format=_word(origin, "format") or "text",
        truncated=budget.cut,
        warnings=("text cut at the limit",) if budget.cut else (),
    )
    return Harvest("text", (extracted,), title=title, truncated=budget.cut)


def _word(origin: Origin, name: str) -> str:
    value = origin.options.get(name)
    return value if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    """A time of ISO 8601; a day alone is its beginning in UTC. None for what is no date."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.combine(date.fromisoformat(text[:10]), datetime.min.time())
        except ValueError:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


STORED = SourceKind(key="stored", options={}, read=read)
