"""Rulings on pairs: which versions they moved into another item."""

import sqlalchemy as sa
from alembic import op

from storage.types import Number

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "regrouped",
        sa.Column("version", Number, autoincrement=False, nullable=False),
        sa.Column("item", Number, autoincrement=False, nullable=False),
        sa.Column("home", Number, autoincrement=False, nullable=False),
        sa.Column("ruling", Number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_regrouped")),
    )
    op.create_index("ix_regrouped_home", "regrouped", ["home"], unique=False)
    op.create_index("ix_regrouped_item", "regrouped", ["item"], unique=False)
    op.create_index("ix_ruling_pair", "ruling", ["pair_low", "pair_high"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ruling_pair", table_name="ruling")
    op.drop_table("regrouped")
