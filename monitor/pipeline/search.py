"""search: by which words is a hit found, and which of them does a question ask for?

A text gives its Latin words, without the ends of plurals, and its Chinese characters singly and in twos; Traditional ones
count as Simplified, full-width ones as plain. What a hit is (its programme, verdict, source, facts) gives labels that no
text can contain. So one index of words answers every question, on any database: all words of the question, and one label of
each of its filters.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ..domain.query import HitFilter
from .facts.places import named_place
from .facts.script import SIMPLIFIED
from .facts.search import last_day

MOST_TEXT = 20_000  # characters of a stored text that are looked at
LONGEST = 40  # characters of a word
LABEL = "\ue000"  # a private character begins every label: no word of a text has it
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_DECADES = range(3, 16)  # of amounts: 1,000 to 10^15
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2101, 1, 1)  # between which deadlines lie


@dataclass(frozen=True, slots=True)
class Question:
    """What a filter asks of the index: all of `words`, and of each group in `labels` at least one.

    `approximate` says that the facts themselves have to be asked too; `hopeless` that nothing can fit.
    """

    words: tuple[str, ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    approximate: bool = False
    hopeless: bool = False

    @property
    def empty(self) -> bool:
        """Whether it asks nothing of the index."""
        return not self.words and not self.labels and not self.hopeless


def words(*texts: str) -> set[str]:
    """The words by which texts are found."""
    found: set[str] = set()
    for text in texts:
        for piece in set(_pieces(text[:MOST_TEXT])):
            if piece.isascii() or not _IS_HAN.match(piece):
                found.add(_stem(piece))
            else:
                found.update(piece)
                found.update([piece[at : at + 2] for at in range(len(piece) - 1)])
    return found


def asked_words(text: str) -> tuple[str, ...]:
    """The words that somebody's search asks for: twos of Chinese characters, or the single one that stands alone."""
    found: dict[str, None] = {}
    for piece in _pieces(text):
        if not _IS_HAN.match(piece):
            found[_stem(piece)] = None
        elif len(piece) == 1:
            found[piece] = None
        else:
            found |= dict.fromkeys(piece[at : at + 2] for at in range(len(piece) - 1))
    return tuple(found)


def labels(columns: Mapping[str, object], facts: Iterable[Mapping[str, object]], seen: date) -> set[str]:
    """The labels of a hit: from its columns `topic`, `verdict`, `kind`, `part`, `novelty`, `source`, and its facts."""
    found = {_label(name, str(columns[name])) for name in _COLUMNS if columns.get(name)}
    for fact in facts:
        kind = fact.get("fact")
        if kind == "place":
            found |= {_place(str(fact.get("province")), None), _place(str(fact.get("province")), fact.get("city"))}
        elif kind == "money":
            found |= set(_amounts(fact))
        elif kind == "deadline" and (day := last_day(str(fact.get("date")), seen)) is not None:
            found |= {_label("until", f"{day:{form}}") for form in ("%Y", "%Y-%m", "%Y-%m-%d")}
    return found


def question(wanted: HitFilter) -> Question:
    """What a filter asks of the index; its times are asked of the hits themselves."""
    groups = [
        tuple(_label(name, value) for value in values)
        for name, values in zip(
            _COLUMNS,
            (wanted.topics, wanted.verdicts, wanted.kinds, wanted.parts, wanted.novelties, wanted.sources),
            strict=True,
        )
        if values
    ]
    asked = asked_words(wanted.text) if wanted.text else ()
    hopeless = bool(wanted.text) and not asked
    if wanted.place is not None:
        places = named_place(wanted.place)
        groups.append(tuple(_place(province, city) for province, city in places))
        hopeless = hopeless or not places
    if wanted.min_amount is not None or wanted.currency is not None:
        groups.append((_label("money", f"{(wanted.currency or '').upper()} {_decade(wanted.min_amount)}"),))
    if wanted.deadline_after is not None or wanted.deadline_before is not None:
        groups.append(tuple(_label("until", span) for span in _spans(wanted)))
        hopeless = hopeless or not groups[-1]
    return Question(asked, tuple(groups), _is_approximate(wanted), hopeless)


def _is_approximate(wanted: HitFilter) -> bool:
    """Labels know amounts by the power of ten."""
    return wanted.min_amount is not None and wanted.min_amount != 10 ** _decade(wanted.min_amount)


_COLUMNS = ("topic", "verdict", "kind", "part", "novelty", "source")


def _pieces(text: str) -> list[str]:
    pieces: list[str] = _PIECES.findall(_plain(text))
    return pieces


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).translate(SIMPLIFIED).replace("计画", "计划").lower()


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    """A word without the end of its plural: `programmes`, `programme`, `programs` and `program` are near enough."""
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if word.endswith("mm"):
        word = word[:-1]
    return word[:LONGEST]


def _label(name: str, value: str) -> str:
    return f"{LABEL}{name}{hashlib.blake2b(value.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


def _place(province: str, city: object) -> str:
    return _label("place", f"{province} {city or ''}")


def _decade(amount: float | None) -> int:
    """The greatest power of ten that an amount reaches, as its exponent; 0 below a thousand."""
    if amount is None or amount < 1000:
        return 0
    return max((exponent for exponent in _DECADES if 10**exponent <= amount), default=0)


def _amounts(fact: Mapping[str, object]) -> Iterator[str]:
    ends = [end for end in (fact.get("low"), fact.get("high")) if isinstance(end, int | float)]
    reached = _decade(max(ends)) if ends else 0
    for currency in {"", str(fact.get("currency") or "").upper()}:
        for exponent in (0, *(one for one in _DECADES if one <= reached)):
            yield _label("money", f"{currency} {exponent}")


def _spans(wanted: HitFilter) -> list[str]:
    """The asked days in the fewest years, months and days; deadlines outside 1990 to 2100 are nobody's."""
    at = max(wanted.deadline_after or FIRST_DAY, FIRST_DAY)
    end = min(wanted.deadline_before or LAST_DAY, LAST_DAY)  # not included
    found = []
    while at < end:
        year, month = date(at.year + 1, 1, 1), (at.replace(day=1) + timedelta(days=31)).replace(day=1)
        if (at.month, at.day) == (1, 1) and year <= end:
            found.append(f"{at:%Y}")
            at = year
        elif at.day == 1 and month <= end:
            found.append(f"{at:%Y-%m}")
            at = month
        else:
            found.append(f"{at:%Y-%m-%d}")
            at += timedelta(days=1)
    return found
