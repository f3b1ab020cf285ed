"""Rare facts in a table of their own, which is emptied behind the story window."""

import sqlalchemy as sa
from alembic import op

from storage.types import Number

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "story_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", Number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_story_key")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("story_key")
