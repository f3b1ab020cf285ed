"""What operators and auditors ask, answered over the entries that a fake store lists: a part of both fakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from monitor.domain.desk import FileEdit, Finds, LogFilter, SignedHead
from monitor.domain.hit import HitView
from monitor.domain.query import AuditView, HitFilter


class DeskAnswers:
    """Implements ports.DeskQueries over `audit`, `hits`, `contents()` and `signed()`."""

    def audit(self, after: int = 0, limit: int | None = None) -> Iterator[AuditView]:
        """The entries, oldest first."""
        raise AssertionError("the fake has its own")

    def hits(self, wanted: HitFilter, limit: int | None = None, offset: int = 0) -> Iterator[HitView]:
        """The hits."""
        raise AssertionError("the fake has its own")

    def contents(self) -> Mapping[str, bytes]:
        """The files that were once in force, by SHA-256."""
        return {}

    def signed(self) -> list[SignedHead]:
        """The signed heads, newest first."""
        return []

    def log(self, wanted: LogFilter, limit: int) -> list[AuditView]:
        """As ports.DeskQueries."""
        found = [
            one
            for one in self.audit()
            if wanted.kind in ("", one.kind)
            and wanted.actor in ("", one.actor)
            and (wanted.day is None or one.at[:10] == wanted.day.isoformat())
            and (wanted.before is None or one.seq < wanted.before)
        ]
        return found[::-1][:limit]

    def log_words(self) -> tuple[list[str], list[str]]:
        """As ports.DeskQueries."""
        return sorted({one.kind for one in self.audit()}), sorted({one.actor for one in self.audit()})

    def file_edits(self, name: str, limit: int = 500) -> list[FileEdit]:
        """As ports.DeskQueries."""
        saved: dict[str, tuple[str, str]] = {}
        found = []
        for one in self.audit():
            body = one.body or {}
            if body.get("file") != name or one.kind not in ("watchlist edited", "watchlist saved"):
                continue
            digest = str(body["sha256"])
            if one.kind == "watchlist saved":
                saved[digest] = (one.actor, str(body.get("why") or ""))
                continue
            actor, why = saved.pop(digest, (one.actor, ""))
            before = body.get("before")
            found.append(FileEdit(one.seq, one.at, actor, digest, str(before) if before else None, why))
        return found[::-1][:limit]

    def file_content(self, sha256: str) -> bytes | None:
        """As ports.DeskQueries."""
        return self.contents().get(sha256)

    def heads(self, limit: int) -> tuple[int, list[SignedHead]]:
        """As ports.DeskQueries."""
        return len(self.signed()), self.signed()[:limit]

    def finds(self, since: datetime) -> list[Finds]:
        """As ports.DeskQueries."""
        found = Counter(
            (hit.source, hit.first_seen_at.date())
            for hit in self.hits(HitFilter())
            if hit.verdict in ("alert", "review") and hit.first_seen_at >= since
        )
        return [Finds(source, day, count) for (source, day), count in sorted(found.items())]
