"""edits: what would an edit take away?"""

from __future__ import annotations

from dataclasses import dataclass

from .load import Loaded

MUCH = 0.1  # of the sources


@dataclass(frozen=True, slots=True)
class Edit:
    """How new watchlists differ from old ones, as sorted keys; a renamed one (`formerly`) is not dropped."""

    dropped_topics: tuple[str, ...] = ()
    dropped_sources: tuple[str, ...] = ()
    dropped_channels: tuple[str, ...] = ()
    added_topics: tuple[str, ...] = ()
    added_sources: tuple[str, ...] = ()
    added_channels: tuple[str, ...] = ()
    changed_topics: tuple[str, ...] = ()
    sources_before: int = 0

    @property
    def drops_many_sources(self) -> bool:
        """Whether over a tenth of the sources would go: such an edit waits for a person."""
        return len(self.dropped_sources) > MUCH * self.sources_before

    def __bool__(self) -> bool:
        return any(
            (
                self.dropped_topics, self.dropped_sources, self.dropped_channels,
                self.added_topics, self.added_sources, self.added_channels, self.changed_topics,
            )
        )  # fmt: skip


def compare_loaded(old: Loaded, new: Loaded) -> Edit:
    """What the new files drop, add and change against the old ones."""
    topics, sources = {topic.key: topic for topic in new.topics}, {source.key: source for source in new.sources}
    channels = {channel.key for channel in new.channels}
    before, polled = {topic.key: topic for topic in old.topics}, {source.key for source in old.sources}
    told = {channel.key for channel in old.channels}
    renamed_topics = {key for topic in new.topics for key in topic.formerly}
    renamed_sources = {key for source in new.sources for key in source.formerly}
    return Edit(
        dropped_topics=tuple(sorted(before.keys() - topics.keys() - renamed_topics)),
        dropped_sources=tuple(sorted(polled - sources.keys() - renamed_sources)),
        dropped_channels=tuple(sorted(told - channels)),
        added_topics=tuple(sorted(topics.keys() - before.keys())),
        added_sources=tuple(sorted(sources.keys() - polled)),
        added_channels=tuple(sorted(channels - told)),
        changed_topics=tuple(sorted(key for key in topics.keys() & before.keys() if topics[key] != before[key])),
        sources_before=len(polled),
    )
