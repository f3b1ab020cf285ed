"""What digests, reports and commands about alerts ask, answered over the tables of an InMemoryStore."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.desk import SignedHead
from monitor.domain.hit import HitView
from monitor.domain.overview import (
    ChannelState,
    HitCount,
    Judged,
    MessageView,
    Overview,
    SourceTrouble,
    TopicCount,
)
from monitor.domain.query import DeliveryView, MuteView
from tests.fakes.desk_queries import DeskAnswers
from tests.fakes.store_queries import InMemoryQueries, Row

DAY = timedelta(days=1)


class InMemoryAlertQueries(InMemoryQueries, DeskAnswers):
    """Implements ports.Queries whole."""

    def contents(self) -> dict[str, bytes]:
        """All files that were ever in force."""
        return self.t.past_files

    def signed(self) -> list[SignedHead]:
        """The newest head alone."""
        head = self.t.head
        return [SignedHead(int(head.split("\n")[1]), "", head)] if head else []

    def delivery(self, number: int) -> DeliveryView | None:
        """As ports.AlertQueries."""
        row = self.t.deliveries.get(number)
        return replace(self._delivery(row), attempts=()) if row is not None else None

    def owed(self, hit: int) -> set[tuple[str, str]]:
        """As ports.AlertQueries."""
        one = self.t.hits.get(hit)
        return {
            (row.channel, row.recipient)
            for row in self.t.deliveries.values()
            if one is not None and (row.item, row.topic) == (one.item, one.topic) and row.hit != hit
        }

    def mutes(self, now: datetime) -> list[MuteView]:
        """As ports.AlertQueries."""
        latest: dict[tuple[str | None, str | None], Row] = {}
        for row in self.t.rulings:
            if row.kind in ("muted", "unmuted"):
                latest[row.topic, row.source] = row
        live = [row for row in latest.values() if row.kind == "muted" and (row.until is None or row.until > now)]
        live.sort(key=lambda row: (row.until is None, row.until or now, row.topic or "", row.source or ""))
        return [MuteView(row.topic, row.source, row.actor, row.why, row.at, row.until, self._held(row)) for row in live]

    def _held(self, mute: Row) -> int:
        return sum(
            row.state == "held" and row.muted and mute.topic in (None, row.topic) and mute.source in (None, row.source)
            for row in self.t.deliveries.values()
        )

    def messages(self, numbers: Sequence[str]) -> list[MessageView]:
        """As ports.AlertQueries."""
        rows = [self.t.messages[number] for number in numbers if number in self.t.messages]
        return [self._message(row) for row in sorted(rows, key=lambda row: (row.channel, row.recipient))]

    def _message(self, row: Row) -> MessageView:
        last = self.t.attempts.get((row.id, row.attempts))
        outcome, detail = (last.outcome, last.detail) if last else (None, "")
        return MessageView(row.id, row.kind.value, row.channel, row.recipient, row.state, row.attempts, outcome, detail)

    def channel_states(self, now: datetime) -> list[ChannelState]:
        """As ports.AlertQueries."""
        places = sorted({(row.channel, row.recipient) for row in self.t.messages.values()})
        return [self._channel_state(channel, recipient, now) for channel, recipient in places]

    def _channel_state(self, channel: str, recipient: str, now: datetime) -> ChannelState:
        rows = [row for row in self.t.messages.values() if (row.channel, row.recipient) == (channel, recipient)]
        ids = {row.id for row in rows}
        ended = [one for (message, _), one in self.t.attempts.items() if message in ids and one.ended_at is not None]
        ended.sort(key=lambda one: one.ended_at)
        good = [one.ended_at for one in ended if one.outcome == "delivered"]
        states = Counter(row.state for row in rows if row.state != "delivered" or row.created_at >= now - DAY)
        last = ended[-1] if ended else None
        return ChannelState(
            channel, recipient, states["delivered"], states["open"], states["dead"],
            last.outcome if last else None, last.ended_at if last else None, last.detail if last else "",
            good[-1] if good else None, min((row.due_at for row in rows if row.state == "open"), default=None),
        )  # fmt: skip

    def hit_counts(self, since: datetime) -> list[HitCount]:
        """As ports.AlertQueries."""
        views = [view for view in self._views() if view.first_seen_at >= since]
        counts = Counter((view.topic, view.term, view.source, view.verdict) for view in views)
        return [HitCount(*key, count) for key, count in sorted(counts.items())]

    def judged(self, since: datetime) -> list[Judged]:
        """As ports.AlertQueries."""
        latest = {row.hit: row for row in self.t.rulings if row.kind in ("right", "wrong", "restored") and row.hit}
        found = [
            Judged(view, row.kind != "wrong", row.actor, row.why, row.at)
            for view in self._views()
            if view.first_seen_at >= since and (row := latest.get(view.id))
        ]
        return sorted(found, key=lambda one: -one.hit.id)

    def ruled_on(self, hit: int) -> list[tuple[str, str, datetime]]:
        """As ports.AlertQueries."""
        return [(row.kind, row.actor, row.at) for row in self.t.rulings if row.hit == hit]

    def overview(self, since: datetime, now: datetime) -> Overview:
        """As ports.AlertQueries; without the messages' counts."""
        views = self._views()
        judged = {row.hit for row in self.t.rulings if row.kind in ("right", "wrong", "restored")}
        waiting = [view for view in reversed(views) if view.verdict == "review" and view.id not in judged]
        active = [row for row in self.t.sources.values() if row.state == "active"]
        failing = tuple(
            SourceTrouble(row.key, row.reason or "not polled yet", row.succeeded_at)
            for row in active
            if row.outcome in (None, "failed")
        )
        days = [sum(v.verdict == "alert" and v.first_seen_at.date() == (now - n * DAY).date() for v in views)
                for n in range(13, -1, -1)]  # fmt: skip
        return Overview(
            since, now, self._topics(views, since), tuple(days), len(waiting), tuple(waiting[:5]), len(active),
            len(active) - len(failing), failing, muted=tuple(self.mutes(now)),
        )  # fmt: skip

    def _topics(self, views: list[HitView], since: datetime) -> tuple[TopicCount, ...]:
        fresh = Counter((view.topic, view.verdict) for view in views if view.first_seen_at >= since)
        long = Counter(view.topic for view in views if view.verdict == "alert")
        names = {**{topic: name for topic, (name, _) in self.t.names.items()}, **{v.topic: v.topic_name for v in views}}
        found = [
            TopicCount(topic, name, fresh[topic, "alert"], fresh[topic, "review"], round(long[topic] / 8, 1))
            for topic, name in names.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.alerts, -one.reviews, -one.a_week, one.name)))

    def _views(self) -> list[HitView]:
        return [self._view(row) for row in self.t.hits.values()]
