"""What was imported, so that an import goes on where it stood; and a view of hits for tools that only read."""

import sqlalchemy as sa
from alembic import op

from storage.types import Number, UTCDateTime
from storage.views import HIT_VIEW, NO_HIT_VIEW

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "import_entry",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("versions", Number, server_default="0", nullable=False),
        sa.Column("hits", Number, server_default="0", nullable=False),
        sa.Column("published", UTCDateTime(), nullable=True),
        sa.Column("fetched_at", UTCDateTime(), nullable=True),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_entry")),
        sa.UniqueConstraint("source", "place", "digest", name=op.f("uq_import_entry_source_place_digest")),
        sqlite_autoincrement=True,
    )
    op.execute(HIT_VIEW)


def downgrade() -> None:
    op.execute(NO_HIT_VIEW)
    op.drop_table("import_entry")
