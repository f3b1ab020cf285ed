"""By which words is a hit found, and how many were there on each day?"""

import sqlalchemy as sa
from alembic import op

from storage.search import NO_SEARCH, SEARCH
from storage.types import Number

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("ix_hit_seen", "hit", ["first_seen_at", "verdict", "topic"])
    op.create_table(
        "hit_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("hits", Number, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("day", "topic", "verdict", name=op.f("pk_hit_day")),
    )
    connection = op.get_bind()
    for dialect, statement in SEARCH:
        if connection.dialect.name == dialect:
            op.execute(statement)
    # hits that stand already are found when upkeep has come to them, the newest first
    op.execute("INSERT INTO meta (name, value) SELECT 'search-left', CAST(max(id) AS TEXT) FROM hit HAVING max(id) > 0")


def downgrade() -> None:
    op.execute("DELETE FROM meta WHERE name = 'search-left'")
    op.execute(NO_SEARCH)
    op.drop_table("hit_day")
    op.drop_index("ix_hit_seen", "hit")
