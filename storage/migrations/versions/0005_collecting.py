"""What a source's next poll must know of its further pages, its fixed times, and what it said of a link."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("source", sa.Column("at", sa.Text(), server_default="", nullable=False))
    op.add_column("source", sa.Column("memory", sa.Text(), server_default="{}", nullable=False))
    op.add_column("link", sa.Column("stamp", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("link") as link:
        link.drop_column("stamp")
    with op.batch_alter_table("source") as source:
        source.drop_column("memory")
        source.drop_column("at")
