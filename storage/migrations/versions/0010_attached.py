"""Which documents came from a link, and which links did a notice show?"""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("ix_document_link", "document", ["link"])
    op.create_index("ix_link_parent", "link", ["parent"])


def downgrade() -> None:
    op.drop_index("ix_link_parent", "link")
    op.drop_index("ix_document_link", "document")
