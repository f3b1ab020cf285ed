"""sql: the store on SQLite and PostgreSQL."""

from .people import SqlPeople
from .queries import SqlQueries
from .store import SqlStore, open_database

__all__ = ["SqlPeople", "SqlQueries", "SqlStore", "open_database"]
