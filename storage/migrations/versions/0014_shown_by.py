"""Which document showed an attachment: a notice page, an entry of a feed, a page that is a source itself."""

import sqlalchemy as sa
from alembic import op

from storage.types import Number

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("link", sa.Column("shown_by", Number, nullable=True))
    op.create_index("ix_link_shown_by", "link", ["shown_by"])
    op.drop_index("ix_link_parent", "link")


def downgrade() -> None:
    op.create_index("ix_link_parent", "link", ["parent"])
    op.drop_index("ix_link_shown_by", "link")
    op.drop_column("link", "shown_by")
