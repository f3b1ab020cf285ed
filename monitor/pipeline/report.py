"""report: how right were the alerts, by what people said of them, and which line would have kept the wrong ones away?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..domain.hit import HitView
from ..domain.overview import HitCount, Judged
from .mask import mask

REACH = 6  # characters on each side that a line for `exclude` may take in
_SENTENCE_END = re.compile(r"[。！？!?；;\n\r]|(?<=[a-z])\.\s")
_WORD = re.compile(r"[A-Za-z0-9]")
_EDGES = "，。、；：？！（）【】〔〕《》「」“”‘’,.;:?!()[]\"'\n\r\t ·|"


@dataclass(frozen=True, slots=True)
class Row:
    """One topic, term or source: its hits of the period, and what people said of those they judged."""

    sort: str  # topic, term or source
    key: str
    alerts: int
    reviews: int
    right: int
    wrong: int

    @property
    def precision(self) -> float | None:
        """Of the judged ones the share that is right; None where nothing was judged."""
        judged = self.right + self.wrong
        return round(self.right / judged, 3) if judged else None

    @property
    def wrong_share(self) -> float | None:
        """Of the judged ones the share that is wrong."""
        return None if self.precision is None else round(1 - self.precision, 3)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a topic's wrong hits teach: lines for `must_not_match` (each with the hit it is from), and a line for `exclude`
    that stands in `covered` of the wrong hits and in none that was ruled right; empty where there is none."""

    topic: str
    must_not_match: tuple[tuple[int, str], ...]
    exclude: str = ""
    covered: int = 0


def rows(counts: Iterable[HitCount], judged: Iterable[Judged]) -> list[Row]:
    """A row for each topic, then for each term and each source; the most alerts first. Terms are `topic: term`."""
    told: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in counts:
        for place in _places(one.topic, one.term, one.source):
            told[place][one.verdict] += one.count
    for ruled in judged:
        hit = ruled.hit
        for place in _places(hit.topic, hit.term, hit.source):
            told[place]["right" if ruled.right else "wrong"] += 1
    made = [
        Row(sort, key, found["alert"], found["review"], found["right"], found["wrong"])
        for (sort, key), found in told.items()
    ]
    order = ("topic", "term", "source")
    return sorted(made, key=lambda row: (order.index(row.sort), -row.alerts, -row.reviews, row.key))


def lessons(judged: Sequence[Judged]) -> list[Lesson]:
    """For each topic with a wrong hit the lines that would have helped."""
    by_topic: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_topic[one.hit.topic].append(one)
    return [lesson for topic, found in sorted(by_topic.items()) if (lesson := _lesson(topic, found))]


def _places(topic: str, term: str, source: str) -> Iterator[tuple[str, str]]:
    yield "topic", topic
    if term:
        yield "term", f"{topic}: {term}"
    yield "source", source


def _lesson(topic: str, judged: Sequence[Judged]) -> Lesson | None:
    wrong = [one.hit for one in judged if not one.right]
    if not wrong:
        return None
    right = [one.hit for one in judged if one.right]
    lines = {sentence(hit): hit.id for hit in reversed(wrong)}
    exclude, covered = _exclude(wrong, right)
    return Lesson(topic, tuple((number, line) for line, number in sorted(lines.items(), key=_by_hit)), exclude, covered)


def _by_hit(line: tuple[str, int]) -> int:
    return -line[1]


def sentence(hit: HitView) -> str:
    """The sentence that the strongest match stands in, on one line, personal data masked."""
    start = hit.start - hit.passage_start
    if not 0 <= start <= len(hit.passage) or hit.passage[start : start + len(hit.text)] != hit.text:
        return " ".join(mask(hit.title).split())
    end = start + len(hit.text)
    before = max((found.end() for found in _SENTENCE_END.finditer(hit.passage, 0, start)), default=0)
    after = _SENTENCE_END.search(hit.passage, end)
    kept = mask(hit.passage, keep=[(start, end)])
    return " ".join(kept[before : after.end() if after else len(kept)].split())


def _exclude(wrong: Sequence[HitView], right: Sequence[HitView]) -> tuple[str, int]:
    """The shortest text around a match that stands in the most wrong hits and in no right one."""
    good = "\n".join(f"{hit.title}\n{hit.passage}" for hit in right)
    seen: Counter[str] = Counter()
    for hit in wrong:
        seen.update({text for text in _around(hit) if text not in good})
    if not seen:
        return "", 0
    best = min(seen, key=lambda text: (-seen[text], len(text), text))
    return best, seen[best]


def _around(hit: HitView) -> Iterator[str]:
    """The texts that take in the match and a little more, never half a Latin word or a sentence's end."""
    start = hit.start - hit.passage_start
    end = start + len(hit.text)
    if start < 0 or not hit.text or hit.passage[start:end] != hit.text:
        return
    for left in range(REACH + 1):
        for more in range(REACH + 1):
            low, high = start - left, end + more
            if low < 0 or high > len(hit.passage) or not (left or more):
                continue
            text = hit.passage[low:high]
            if any(char in _EDGES for char in (text[: left or 0] + text[len(text) - more :] if more else text[:left])):
                continue
            if not (_cuts(hit.passage, low) or _cuts(hit.passage, high)):
                yield text


def _cuts(text: str, place: int) -> bool:
    """Whether this place is inside a Latin word."""
    return 0 < place < len(text) and bool(_WORD.match(text[place - 1]) and _WORD.match(text[place]))
