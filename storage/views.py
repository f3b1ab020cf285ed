"""views: what may tools that only read ask of the database, without knowing its tables?

`hit_view` is one row for each hit, with what its version, item and rulings say. It is a promise to people who point a
read-only tool (Datasette, a spreadsheet's database connection) at the file: columns are added, never renamed.
"""

from __future__ import annotations

from sqlalchemy import DDL, event

from .tables import metadata

HIT_VIEW = """
CREATE VIEW hit_view AS
SELECT h.id, h.topic, h.verdict, h.novelty, h.kind, h.part, h.title, h.url, h.source, h.term, h.form, h.text, h.passage,
  h.score, h.reasons, h.facts, h.first_seen_at, v.published, v.language, v.format,
  COALESCE(r.item, h.item) AS item, i.story, h.edition, h.version, v.document, h.ruleset,
  (SELECT u.kind FROM ruling u WHERE u.hit = h.id ORDER BY u.id DESC LIMIT 1) AS ruled,
  (SELECT count(*) FROM delivery d WHERE d.hit = h.id AND d.state = 'delivered') AS delivered
FROM hit h
JOIN version v ON v.id = h.version
LEFT JOIN regrouped r ON r.version = h.version
LEFT JOIN item i ON i.id = COALESCE(r.item, h.item)
"""
NO_HIT_VIEW = "DROP VIEW IF EXISTS hit_view"

event.listen(metadata, "after_create", DDL(HIT_VIEW.replace("%", "%%")))  # type: ignore[no-untyped-call]
event.listen(metadata, "before_drop", DDL(NO_HIT_VIEW))  # type: ignore[no-untyped-call]
