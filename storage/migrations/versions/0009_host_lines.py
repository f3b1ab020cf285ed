"""Lines that a host shows on many pages: furniture that no list of words knows."""

import sqlalchemy as sa
from alembic import op

from storage.types import Number

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "host_line",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", Number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("host", "line", "document", name=op.f("pk_host_line")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("host_line")
