"""Which entries are of a kind, an actor, a day; why is a source paused?"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_audit_kind", "audit", ["kind", "seq"])
    op.create_index("ix_audit_actor", "audit", ["actor", "seq"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.add_column("source", sa.Column("paused", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("source") as source:
        source.drop_column("paused")
    op.drop_index("ix_audit_at", "audit")
    op.drop_index("ix_audit_actor", "audit")
    op.drop_index("ix_audit_kind", "audit")
