"""What every part of the store in memory stands on: the tables, and one transaction after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from monitor.domain.errors import StoreError
from tests.fakes.alert_queries import InMemoryAlertQueries
from tests.fakes.store_queries import Tables, TablesHolder


class StoreBase(TablesHolder):
    """A transaction is a copy of all tables that is put back when something raises."""

    def __init__(self, tables: Tables | None = None) -> None:
        super().__init__(tables or Tables())
        self.queries = InMemoryAlertQueries(self)
        self.refuse = 0
        self.closed = False

    def killed(self) -> Tables:
        """The tables as a killed process leaves them: the lock is free, the leases stand."""
        self.tables.holder = None
        self.closed = True
        return self.tables

    @contextmanager
    def _transaction(self) -> Iterator[Tables]:
        if self.closed:
            raise StoreError("the store is closed")
        if self.refuse:
            self.refuse -= 1
            raise StoreError("the database refused a change: the fake was told to")
        before = self.tables.copy()
        try:
            yield self.tables
        except BaseException:
            self.tables = before
            raise
