"""search: by which words is a hit found? An index of words that each database keeps in its own way.

SQLite: an FTS5 table without content, `rowid` is the hit. PostgreSQL: an array of words under a GIN index. What the words are
is decided elsewhere; here they only lie.
"""

from __future__ import annotations

from sqlalchemy import DDL, event

from .tables import metadata

#: (dialect, statement) of each part, in the order in which they are made.
SEARCH = (
    (
        "sqlite",
        "CREATE VIRTUAL TABLE hit_search USING fts5(words, content='', columnsize=0, detail='none', tokenize='ascii')",
    ),
    ("postgresql", "CREATE TABLE hit_search (hit BIGINT PRIMARY KEY, words TEXT[] NOT NULL)"),
    ("postgresql", "CREATE INDEX ix_hit_search_words ON hit_search USING gin (words)"),
)
NO_SEARCH = "DROP TABLE IF EXISTS hit_search"

for _dialect, _statement in SEARCH:
    event.listen(metadata, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
event.listen(metadata, "before_drop", DDL(NO_SEARCH))  # type: ignore[no-untyped-call]
