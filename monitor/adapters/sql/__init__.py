"""sql: the store on SQLite and PostgreSQL."""

from .queries import SqlQueries
from .store import SqlStore, open_database

__all__ = ["SqlQueries", "SqlStore", "open_database"]
