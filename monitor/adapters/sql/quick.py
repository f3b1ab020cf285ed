"""quick: how does a statement that runs for every poll reach the driver without being prepared anew each time?

SQLAlchemy takes 15 µs and more around a statement that SQLite answers in two. Here one is compiled once for each dialect and set of
values; what is given goes through the columns' types to the driver's own cursor, in the transaction that is open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ARRAY, Connection, Text, bindparam, func, select
from sqlalchemy.exc import DBAPIError

from storage.types import UTCDateTime

Values: TypeAlias = Mapping[str, Any]


def among(column: Any, name: str, dialect: str) -> Any:
    """Whether a text column is one of a list that is given as one value, made by `as_list`."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(name, type_=Text)).table_valued("value").c.value))
    return column == func.any(bindparam(name, type_=ARRAY(Text)))


def as_list(connection: Connection, values: Sequence[str]) -> Any:
    """Texts as the one value that `among` takes."""
    return json.dumps(values, ensure_ascii=False) if connection.dialect.name == "sqlite" else list(values)


def rows(connection: Connection, words: str, given: Sequence[Any]) -> list[Any]:
    """All rows, as tuples, of a statement in the driver's own words, in the transaction that is open or begins here.

    Raises DBAPIError.
    """
    if not connection.in_transaction():
        connection.begin()
    found: list[Any] = sent(connection, words, given, many=False).fetchall()
    return found


class Quick:
    """A statement that is built when it is first needed on a dialect ("sqlite" or "postgresql"), and then kept.

    Rows come back as the driver gives them: ask for texts and numbers only. Raises DBAPIError.
    """

    __slots__ = ("_build", "_made")

    def __init__(self, build: Callable[[str], Any]) -> None:
        self._build = build
        self._made: dict[tuple[str, ...], _Compiled] = {}

    def run(self, connection: Connection, values: Values) -> Any:
        """Executes it; the driver's cursor, of which `rowcount` is what was changed."""
        made = self._compiled(connection, values)
        return sent(connection, made.words, made.row(values), many=False)

    def many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Executes it once for each of the rows, all with the same names."""
        if rows:
            made = self._compiled(connection, rows[0])
            sent(connection, made.words, [made.row(row) for row in rows], many=True)

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """All rows of its answer, as tuples."""
        found: list[Any] = self.run(connection, values).fetchall()
        return found

    def value(self, connection: Connection, values: Values) -> Any:
        """The first column of the first row; None without one."""
        rows = self.run(connection, values).fetchall()
        return rows[0][0] if rows else None

    def _compiled(self, connection: Connection, values: Values) -> _Compiled:
        dialect = connection.dialect
        which = (dialect.name, *values)
        made = self._made.get(which)
        if made is None:
            made = self._made[which] = _Compiled(self._build(dialect.name), dialect, list(values))
        return made


def sent(connection: Connection, words: str, given: Any, many: bool) -> Any:
    """The driver's cursor after a statement in its own words, `many`: once for each of the rows. Raises DBAPIError."""
    cursor = connection.connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(words, given)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(words, None, error) from error
    return cursor


class _Compiled:
    """The words of a statement for one dialect, and what its types make of the values that go with it."""

    def __init__(self, statement: Any, dialect: Any, names: list[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        if compiled.post_compile_params:
            raise ValueError("a list of changing length cannot be compiled once")
        kinds = {name: bind.type for bind, name in compiled.bind_names.items()}
        self.words = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if name not in names}
        self._order = compiled.positiontup  # None where the driver takes names
        places = compiled.params if self._order is None else self._order
        wheres: Iterable[Any] = places if self._order is None else range(len(places))
        made = [(where, _processor(kinds[name], dialect)) for where, name in zip(wheres, places, strict=True)]
        self._steps = [(where, step) for where, step in made if step is not None]

    def row(self, values: Values) -> Any:
        """The values as the driver takes them."""
        given = {**self._fixed, **values}
        made: Any = given if self._order is None else list(map(given.__getitem__, self._order))
        for where, step in self._steps:
            made[where] = step(made[where])
        return made


def _processor(kind: Any, dialect: Any) -> Callable[[Any], Any] | None:
    made: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    if made is not None and isinstance(kind, UTCDateTime):
        return lru_cache(maxsize=32)(made)  # the moment of a poll stands in each of its rows
    return made
