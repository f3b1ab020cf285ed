"""plain: how are the texts without a hit of a new feed stored in two statements?

Nearly all that arrives is of this sort: a text of a document nobody knew, in which nothing is watched. Nothing refers to it
and nothing can be lost with it, so it needs no look-up of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from monitor.domain.intent import PollIntent, VersionIntent
from monitor.pipeline.record import clean
from storage.tables import VersionRow

from .polls import upsert_in
from .quick import Quick
from .rows import dumped, text_row, version_row

VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
NEW_VERSION = Quick(lambda dialect: upsert_in(dialect, VERSION).on_conflict_do_nothing())
NOWHERE = 0  # the place of a stored text that no other of the intent can refer to


def plain_ones(intent: PollIntent, documents: Mapping[str, int], made: frozenset[int]) -> list[int]:
    """Which texts of the intent (by their number) may be stored together: the only one of a new document, without a hit."""
    if intent.from_link is not None or len(intent.versions) < 2:
        return []
    places = [clean(one.prepared.extracted.place) for one in intent.versions]
    counted = Counter(places)
    return [
        number
        for number, (one, place) in enumerate(zip(intent.versions, places, strict=True))
        if not one.prepared.hits and one.decision.to is None and counted[place] == 1 and documents[place] in made
    ]


def store(
    connection: Connection,
    intent: PollIntent,
    ones: Sequence[VersionIntent],
    documents: Mapping[str, int],
    new_text: Quick,
) -> None:
    """Stores these texts as versions; `new_text` is the statement that stores a text without a hit."""
    texts = [text_row(one.prepared, intent.at) for one in ones]
    new_text.many(connection, texts)
    rows = [_row(intent, one, text["sha256"], documents) for one, text in zip(ones, texts, strict=True)]
    NEW_VERSION.many(connection, rows)


def _row(intent: PollIntent, one: VersionIntent, text: str, documents: Mapping[str, int]) -> dict[str, Any]:
    decision = one.decision
    return version_row(one.prepared, documents[clean(one.prepared.extracted.place)], intent.at) | {
        "text": text,
        "body_hash": one.body_hash,
        "ruleset": intent.ruleset,
        "relation": decision.relation.value,
        "relation_score": decision.score,
        "relation_reasons": dumped(tuple(decision.reasons)),
    }
