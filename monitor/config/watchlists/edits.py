"""edits: what would an edit take away?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ...domain.plan import WaitingEdit
from .load import Loaded, load_files

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


def takes_away(edit: Edit, recent: Mapping[str, int]) -> tuple[str, ...]:
    """Why the edit must wait for a person, in words; empty where it may be put in force.

    `recent` has the dropped topics that had hits lately, with how many.
    """
    why = [
        f"it drops the topic {topic}, which had {count:,} hits in 30 days" for topic, count in sorted(recent.items())
    ]
    if edit.drops_many_sources:
        named = ", ".join(edit.dropped_sources[:5]) + (" …" if len(edit.dropped_sources) > 5 else "")
        why.append(f"it drops {len(edit.dropped_sources):,} of {edit.sources_before:,} sources: {named}")
    return tuple(why)


def must_wait(
    loaded: Loaded,
    last_good: Mapping[str, bytes],
    accepted: str | None,
    recent: Callable[[Sequence[str]], Mapping[str, int]],
) -> WaitingEdit | None:
    """The edit from the files last in force to these, when it takes so much away that a person must accept it first.

    `accepted` is the digest of the files accepted last, `recent` says of topics how many hits they had lately.
    """
    digest = digest_of(loaded.files)
    if not last_good or dict(loaded.files) == dict(last_good) or accepted == digest:
        return None
    edit = compare_loaded(load_files(last_good, channels=False, check_examples=False), loaded)
    why = takes_away(edit, recent(edit.dropped_topics))
    return WaitingEdit(digest, why, edit.dropped_topics, edit.dropped_sources) if why else None


def digest_of(files: Mapping[str, bytes]) -> str:
    """The name of a set of files: the SHA-256 of their names and bytes."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(name.encode("utf-8", "surrogateescape") + b"\0" + hashlib.sha256(files[name]).digest())
    return whole.hexdigest()


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
