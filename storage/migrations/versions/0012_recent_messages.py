"""What was sent in the last hour, and is the window of a channel open?"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_message_made", "message", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_message_made", "message")
