"""How few bytes does a key need? SQLite keeps 48 bits of each; PostgreSQL has one width for all and keeps them whole."""

from alembic import op

revision = "0015"
down_revision = "0014"

SHORT = "(key & 281474976710655) - 140737488355328"  # the lower 48 bits as a signed number


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in ("dedup_key", "story_key"):
        op.execute(f"CREATE TEMPORARY TABLE shorter AS SELECT {SHORT} AS key, version FROM {table}")
        op.execute(f"DELETE FROM {table}")
        op.execute(f"INSERT OR IGNORE INTO {table} (key, version) SELECT key, version FROM shorter ORDER BY 1, 2")
        op.execute("DROP TABLE shorter")


def downgrade() -> None:
    """What was cut off is gone: older texts are found again by their address only."""
