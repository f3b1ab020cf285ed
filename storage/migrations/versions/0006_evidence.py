"""Signed heads, kept copies, and fences around what never changes.

`audit_body` and `hit` can be erased by policy: only inside a transaction that holds the row `erasing` of `meta`, which is gone
again before it commits. The log and its heads have no such door; rows of kept copies go the same way.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Number, UTCDateTime

revision = "0006"
down_revision = "0005"

ERASING = "EXISTS (SELECT 1 FROM meta WHERE name = 'erasing')"
SQLITE_FENCE = """
CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRES_FENCE = """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF {allowed} AND TG_OP <> 'TRUNCATE' THEN RETURN NULL; END IF;
  RAISE EXCEPTION '{table} is append-only';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("size", Number, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "kept_copy",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("version", Number, autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("offset", Number, autoincrement=False, nullable=False),
        sa.Column("length", Number, autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("fetched_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_copy")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kept_copy_version", "kept_copy", ["version"], unique=False)
    _fence("audit_head", erasable=False)
    _fence("audit_body", erasable=True)
    _fence("hit", erasable=True)
    _fence("kept_copy", erasable=True)


def _fence(table: str, *, erasable: bool) -> None:
    """No UPDATE, no DELETE and no TRUNCATE, whoever asks with the application's rights."""
    if op.get_bind().dialect.name == "sqlite":
        when = f"WHEN NOT {ERASING}" if erasable else ""
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_FENCE.format(name=verb.lower(), verb=verb, table=table, when=when))
        return
    op.execute(POSTGRES_FENCE.format(table=table, allowed=ERASING if erasable else "FALSE"))
    op.execute(
        f"CREATE TRIGGER {table}_fence BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def downgrade() -> None:
    for table in ("hit", "audit_body", "audit_head", "kept_copy"):
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        else:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_fence ON {table}")
            op.execute(f"DROP FUNCTION IF EXISTS {table}_append_only()")
    op.drop_table("kept_copy")
    op.drop_table("audit_head")
