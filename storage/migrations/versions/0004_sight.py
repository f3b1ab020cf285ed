"""What a source showed last, since when it is well or not, and why polls were skipped."""

import sqlalchemy as sa
from alembic import op

from storage.types import Number, UTCDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "sight",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_sight")),
    )
    op.add_column("source", sa.Column("health", sa.Text(), server_default="", nullable=False))
    for name in ("health_since", "missing_since", "blind_at"):
        op.add_column("source", sa.Column(name, UTCDateTime(), nullable=True))
    op.add_column("source", sa.Column("untrusted", Number, server_default="0", nullable=False))
    op.add_column("source_day", sa.Column("skips", sa.Text(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("source_day", "skips")
    for name in ("untrusted", "blind_at", "missing_since", "health_since", "health"):
        op.drop_column("source", name)
    op.drop_table("sight")
