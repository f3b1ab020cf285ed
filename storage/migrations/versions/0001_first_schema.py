"""The first schema: every table of the design's chapter 4."""

import sqlalchemy as sa
from alembic import op

from storage.types import Number, UTCDateTime

revision = "0001"
down_revision = None

SQLITE_FENCE = """
CREATE TRIGGER {name} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRES_FENCE = """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$
"""


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("message", "number", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_open", "attempt", ["outcome", "worker"], unique=False)
    op.create_table(
        "audit",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body_commit", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "audit_body",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_body")),
    )
    op.create_table(
        "dedup_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", Number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_dedup_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("hit", Number, autoincrement=False, nullable=False),
        sa.Column("item", Number, autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("edition", Number, autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="owed", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "item",
            "topic",
            "edition",
            "channel",
            "recipient",
            name=op.f("uq_delivery_item_topic_edition_channel_recipient"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "due_at"], unique=False)
    op.create_index("ix_delivery_hit", "delivery", ["hit"], unique=False)
    op.create_index("ix_delivery_message", "delivery", ["message"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("link", Number, autoincrement=False, nullable=True),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("gone_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("source", "place", name=op.f("uq_document_source_place")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "hit",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("version", Number, autoincrement=False, nullable=False),
        sa.Column("item", Number, autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("novelty", sa.Text(), nullable=False),
        sa.Column("edition", Number, server_default="1", autoincrement=False, nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start", Number, autoincrement=False, nullable=False),
        sa.Column("end", Number, autoincrement=False, nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("passage_start", Number, autoincrement=False, nullable=False),
        sa.Column("matches", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), server_default="[]", nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit")),
        sa.UniqueConstraint("version", "topic", "ruleset", name=op.f("uq_hit_version_topic_ruleset")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hit_item", "hit", ["item"], unique=False)
    op.create_index("ix_hit_topic", "hit", ["topic", "verdict", "id"], unique=False)
    op.create_table(
        "host",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_allowed_at", UTCDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("lease_worker", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host")),
    )
    op.create_table(
        "item",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("first_version", Number, autoincrement=False, nullable=True),
        sa.Column("last_version", Number, autoincrement=False, nullable=True),
        sa.Column("story", Number, autoincrement=False, nullable=True),
        sa.Column("edition", Number, server_default="1", autoincrement=False, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_item_story", "item", ["story"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("lease_worker", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_table(
        "link",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("attachment", sa.Boolean(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("parent", Number, autoincrement=False, nullable=True),
        sa.Column("state", sa.Text(), server_default="due", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("lease_worker", sa.Text(), nullable=True),
        sa.Column("lease_no", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("tries", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("misses", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("missed_on", sa.Date(), nullable=True),
        sa.Column("visits", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.Text(), nullable=True),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("source", "address", name=op.f("uq_link_source_address")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_link_due", "link", ["due_at"], unique=False)
    op.create_index("ix_link_open", "link", ["source", "state"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("lease_worker", sa.Text(), nullable=True),
        sa.Column("lease_no", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("attempts", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("rejects", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("first_tried_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_due", "message", ["state", "due_at"], unique=False)
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "ruleset",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruleset")),
    )
    op.create_table(
        "ruling",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("hit", Number, autoincrement=False, nullable=True),
        sa.Column("pair_low", Number, autoincrement=False, nullable=True),
        sa.Column("pair_high", Number, autoincrement=False, nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ruling_hit", "ruling", ["hit"], unique=False)
    op.create_table(
        "source",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("every", sa.Float(), nullable=False),
        sa.Column("every_max", sa.Float(), nullable=True),
        sa.Column("interval", sa.Float(), nullable=False),
        sa.Column("pace", sa.Float(), nullable=True),
        sa.Column("options", sa.Text(), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("lease_worker", sa.Text(), nullable=True),
        sa.Column("lease_no", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("entries", Number, autoincrement=False, nullable=True),
        sa.Column("failures", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("unchanged", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("polled_at", UTCDateTime(), nullable=True),
        sa.Column("succeeded_at", UTCDateTime(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        sa.Column("first_success_at", UTCDateTime(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_source")),
    )
    op.create_index("ix_source_due", "source", ["state", "due_at"], unique=False)
    op.create_table(
        "source_day",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("polled", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("changed", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("unchanged", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("failed", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("skipped", Number, server_default="0", autoincrement=False, nullable=False),
        sa.Column("gap", Number, server_default="0", autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("source", "day", name=op.f("pk_source_day")),
    )
    op.create_table(
        "story",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("first_item", Number, autoincrement=False, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "text",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("length", Number, autoincrement=False, nullable=False),
        sa.Column("stored_at", UTCDateTime(), nullable=False),
        sa.Column("with_hit", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_text")),
    )
    op.create_table(
        "version",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("document", Number, autoincrement=False, nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="other", nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.Column("published", UTCDateTime(), nullable=True),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("item", Number, autoincrement=False, nullable=True),
        sa.Column("relation", sa.Text(), server_default="new", nullable=False),
        sa.Column("relation_to", Number, autoincrement=False, nullable=True),
        sa.Column("relation_score", sa.Float(), nullable=False),
        sa.Column("relation_reasons", sa.Text(), server_default="[]", nullable=False),
        sa.Column("changes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("warnings", sa.Text(), server_default="[]", nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("document", "text_hash", name=op.f("uq_version_document_text_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_version_fingerprint", "version", ["fingerprint"], unique=False)
    op.create_index("ix_version_item", "version", ["item"], unique=False)
    op.create_table(
        "watchlist_current",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watchlist_current")),
    )
    op.create_table(
        "watchlist_file",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("accepted_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_watchlist_file")),
    )
    _fence("audit")


def _fence(table: str) -> None:
    """The log takes no UPDATE and no DELETE, whoever asks with the application's rights."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_FENCE.format(name=f"{table}_no_{verb.lower()}", verb=verb, table=table))
        return
    op.execute(POSTGRES_FENCE.format(table=table))
    op.execute(
        f"CREATE TRIGGER {table}_fence BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def downgrade() -> None:
    raise RuntimeError("there is nothing before the first schema")
