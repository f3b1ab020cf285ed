"""guard: does what was substituted make another notice of it?

Each rule states what a substitution means, not which text it was seen in. What no rule explains is `PLAIN`: an unknown
change, which never counts as the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from .measures import UNITS
from .normalise import compact, units
from .numerals import SIGNS, figure
from .spans import SCALES, Span, is_cjk
from .spelling import spelling
from .words import (
    DETERMINERS_EN,
    FILLERS_EN,
    FILLERS_ZH,
    FUNCTION_EN,
    FUNCTION_ZH,
    MONTHS,
    NEGATION_WORDS_ZH,
    NEGATIONS_EN,
    NEGATIONS_ZH,
    OPPOSITES,
    PLACE_ENDS,
    PROGRAMME_NOUNS_EN,
    PROGRAMME_NOUNS_ZH,
    SAYS_EN,
    WEEKDAYS,
    families,
    interchangeable,
)


class Weight(Enum):
    """What a substitution is worth."""

    NEUTRAL = "neutral"
    BLUR = "blur"  # a letter lost or misread: neutral in company, or in a long word
    PLAIN = "plain"  # an unknown change of words
    NUMBER = "number"  # another figure, date or count: what a revision changes
    HARD = "hard"  # another name, place, programme, field, or its negation


@dataclass(frozen=True, slots=True)
class Change:
    """A substitution with what it is worth and why."""

    before: str
    after: str
    weight: Weight
    why: str


SCAN_SIGNS = str.maketrans("105", "los")
SIGN_TOKENS = frozenset("$£€¥+-")
MULTIPLIES = frozenset("百千万亿")
PERCENT = ("per", "cent", "percent")
LONG_WORDS = 8  # letters; what is shorter may be a turn of phrase
WEEKDAY_ZH = re.compile("(?:星期|周)[一二三四五六日天]")
STREWN = re.compile(r"^.{2,14}(?:app|官方下载|娱乐平台|棋牌|博彩)$", re.IGNORECASE)
NEGATED = "a negation or another state"
OPPOSITE = "the opposite"
LONG_PHRASE = 6  # words; a longer change is another sentence
BLURRED = 3  # so many different lost letters prove a scan or a lossy copy


def judge_span(span: Span, other_norms: tuple[str, str] = ("", "")) -> Change:
    """What one substitution is worth. `other_norms`: the compared forms of both whole texts, for moved passages."""
    before, after = _join(span.before), _join(span.after)
    weight, why = _weigh(span, compact(before), compact(after), other_norms)
    return Change(before, after, weight, why)


def _join(words: tuple[str, ...]) -> str:
    text = ""
    for word in words:
        text += word if not text or is_cjk(word) or is_cjk(text[-1]) else " " + word
    return text


def _weigh(span: Span, before: str, after: str, norms: tuple[str, str]) -> tuple[Weight, str]:
    if before == after and not SIGN_TOKENS.intersection(span.before + span.after):
        return Weight.NEUTRAL, "other segmentation"
    if _stands_elsewhere(span, before, after, norms[1]) or _stands_elsewhere(span, after, before, norms[0]):
        return Weight.NEUTRAL, "stands elsewhere"
    for rule in (
        _strewn,
        _opposite,
        _unit,
        _spelling,
        _scan,
        _day_of_date,
        _calendar,
        _figures,
        _negation,
        _wording,
        _chinese,
        _names,
    ):
        verdict = rule(span)
        if verdict is not None:
            return verdict
    return (Weight.HARD, "another subject") if _another_subject(span) else (Weight.PLAIN, "other words")


def _another_subject(span: Span) -> bool:
    """Whether long words stand for long words they have nothing in common with: a field, not a turn of phrase."""
    one, other = (_content_words(words) for words in (span.before, span.after))
    return min(len(one), len(other)) >= LONG_WORDS and len(span.before) <= LONG_PHRASE and fuzz.ratio(one, other) < 50


def _stands_elsewhere(span: Span, mine: str, theirs: str, whole: str) -> bool:
    """Whether words missing here stand in the other text: a long passage, or a heading that was joined to a sentence."""
    if theirs or not mine:
        return False
    if units(mine) < (8 if span.head or span.tail else 24):
        return False
    return mine in whole or mine.strip("0123456789") in whole  # a heading; numbers of lists come and go


def _strewn(span: Span) -> tuple[Weight, str] | None:
    """An advert that a copying site strews into the sentences of others."""
    lone = "".join((*span.before, *span.after)) if not (span.before and span.after) else ""
    return (Weight.NEUTRAL, "an advert strewn in") if STREWN.search(lone) else None


def _spelling(span: Span) -> tuple[Weight, str] | None:
    """One word in the spelling of another country."""
    if len(span.before) != 1 or len(span.after) != 1:
        return None
    one, other = span.before[0].casefold(), span.after[0].casefold()
    alike = one.isascii() and one.isalpha() and figure(one) is None and spelling(one) == spelling(other)
    return (Weight.NEUTRAL, "another spelling") if alike else None


def _scan(span: Span) -> tuple[Weight, str] | None:
    """One word misread by a letter: l for 1, a letter lost."""
    if len(span.before) + len(span.after) == 1:
        lone = (*span.before, *span.after)[0]
        return (Weight.BLUR, "one letter") if len(lone) == 1 and lone.isascii() and lone.isalpha() else None
    if len(span.before) != 1 or len(span.after) != 1:
        return None
    one, other = span.before[0], span.after[0]
    if not (one[:1].isalpha() and other[:1].isalpha() and one.isascii() and other.isascii()):
        return None
    if _is_calendar(one) and _is_calendar(other):
        return None
    low, lower = one.casefold().removesuffix("'s"), other.casefold().removesuffix("'s")
    if low == lower:
        return Weight.NEUTRAL, "neutral wording"
    if any(sign.isdigit() for sign in low + lower):
        misread = low.translate(SCAN_SIGNS) == lower.translate(SCAN_SIGNS)
        return (Weight.BLUR, "one letter misread") if misread else (Weight.NUMBER, "another number")
    if low in NEGATIONS_EN or lower in NEGATIONS_EN:
        return None
    if _one_print(low) == _one_print(lower):
        return Weight.BLUR, "one letter misread"
    longest = max(len(low), len(lower))
    apart = Levenshtein.distance(low, lower, score_cutoff=2)
    if apart > 2 or (apart == 2 and (longest < 8 or abs(len(low) - len(lower)) != 2)):
        return None  # two letters may be lost from a long word, not replaced
    if len(low) == len(lower) and longest < 6:
        return None  # another letter in a short word is another word
    return Weight.BLUR, "one letter"


def _one_print(word: str) -> str:
    """A word with the pairs of letters that a scan takes for one."""
    return word.replace("rn", "m").replace("vv", "w").replace("cl", "d")


def _is_calendar(word: str) -> bool:
    return word.casefold() in MONTHS or word.casefold() in WEEKDAYS


def _day_of_date(span: Span) -> tuple[Weight, str] | None:
    """A weekday that was only added to a date or to who said it, or left out there."""
    words = _join((*span.before, *span.after)).casefold()
    around = (*span.left[-1:], *span.right[:1])
    said = bool(span.left) and span.left[-1].casefold() in SAYS_EN
    dated = said or any(word == "日" or word[:1].isdigit() or word.casefold() in MONTHS for word in around)
    lone = not (span.before and span.after) and (words in WEEKDAYS or WEEKDAY_ZH.fullmatch(words) is not None)
    return (Weight.NEUTRAL, "the weekday of a date") if lone and dated else None


def _calendar(span: Span) -> tuple[Weight, str] | None:
    """A month or weekday for another one."""
    for names, what in ((MONTHS, "month"), (WEEKDAYS, "weekday")):
        one = [names[w.casefold()] for w in span.before if w.casefold() in names and w != "may"]
        other = [names[w.casefold()] for w in span.after if w.casefold() in names and w != "may"]
        if one != other and (one or other):
            return Weight.NUMBER, f"another {what}"
        if one and len(one) == len(span.before) and len(other) == len(span.after):
            return Weight.NEUTRAL, f"one {what}, two notations"
    return None


def _numbers(words: tuple[str, ...]) -> list[Decimal | str]:
    """The figures in a span; a run of Chinese numerals, a figure with what multiplies it, and twenty-four are one."""
    found: list[Decimal | str] = []
    run: list[str] = []
    for word in words:
        if run and not _goes_on(run, word):
            found.append(_together(run))
            run = []
        if run or word in SIGNS or figure(word) is not None:
            run.append(word)
    if run:
        found.append(_together(run))
    return found


def _goes_on(run: list[str], word: str) -> bool:
    """Whether a word belongs to the number before it."""
    if word in SIGNS:
        return run[-1] in SIGNS or (run[-1][:1].isdigit() and word in MULTIPLIES)
    if is_cjk(run[-1]) or not word.isalpha() or word.istitle():
        return False
    return figure(word) is not None or word.casefold() in SCALES


def _together(run: list[str]) -> Decimal | str:
    """The value of a number written in several words; the words where they have none (万 alone is a number here)."""
    joined = ("" if any(map(is_cjk, run)) else " ").join(run)
    read = figure(joined)
    return read if read is not None else joined


def _figures(span: Span) -> tuple[Weight, str] | None:
    """Another figure, in any script, or one that was added or dropped; currency and sign are part of it."""
    one, other = _numbers(span.before), _numbers(span.after)
    if one != other:
        return Weight.NUMBER, "another number"
    if SIGN_TOKENS.intersection(span.before) != SIGN_TOKENS.intersection(span.after):
        return Weight.NUMBER, "another currency or sign"
    if _percent(span.before) != _percent(span.after):
        return Weight.NUMBER, "another unit"
    return (Weight.NEUTRAL, "one figure, two notations") if one and _only_figures(span) else None


def _only_figures(span: Span) -> bool:
    words = [w.casefold() for w in (*span.before, *span.after)]
    return all(w in SIGNS or w in PERCENT or w in SCALES or figure(w) is not None for w in words)


def _percent(words: tuple[str, ...]) -> bool:
    return any(w.endswith("%") or w.casefold() in PERCENT[1:] for w in words)


def _negation(span: Span) -> tuple[Weight, str] | None:
    """A word that negates, or changes the state of a thing, on one side only."""
    sides = []
    for words in (span.before, span.after):
        low = {w.casefold() for w in words}
        joined = "".join(w for w in words if is_cjk(w))
        found = (low & NEGATIONS_EN) | {w for w in joined if w in NEGATIONS_ZH}
        found |= {phrase for phrase in NEGATION_WORDS_ZH if phrase in joined}
        sides.append(found)
    return (Weight.HARD, NEGATED) if bool(sides[0]) != bool(sides[1]) else None


def _opposite(span: Span) -> tuple[Weight, str] | None:
    """A word for its opposite."""
    one = {w.casefold() for w in span.before}
    other = {w.casefold() for w in span.after}
    turned = any(OPPOSITES.get(word, frozenset()) & (other - one) for word in one - other)
    return (Weight.HARD, OPPOSITE) if turned else None


def _unit(span: Span) -> tuple[Weight, str] | None:
    """What a figure counts: a unit of time or measure for another one."""
    counted = bool(span.left) and figure(span.left[-1]) is not None
    sides = [
        {UNITS[w] for w in map(str.casefold, words) if w in UNITS and (len(w) > 2 or is_cjk(w) or counted)}
        for words in (span.before, span.after)
    ]
    return (Weight.NUMBER, "another unit") if all(sides) and sides[0] != sides[1] else None


def _wording(span: Span) -> tuple[Weight, str] | None:
    """Function words, and words listed as interchangeable."""
    one, other = _content_words(span.before), _content_words(span.after)
    if one + other in FILLERS_ZH:
        return Weight.NEUTRAL, "neutral wording"
    if one == other == "" and span.before and span.after and not _determiners(span):
        return Weight.PLAIN, "another small word"
    if one == other or interchangeable(one, other):
        return Weight.NEUTRAL, "neutral wording"
    raw_one, raw_other = _join(span.before).casefold(), _join(span.after).casefold()
    if interchangeable(raw_one, raw_other) or _one_word(span, raw_one, raw_other):
        return Weight.NEUTRAL, "neutral wording"
    return None


def _one_word(span: Span, one: str, other: str) -> bool:
    """Whether a changed character belongs to a Chinese word that is listed as meaning the same: 支持, 支援."""
    left = "".join(span.left[-1:]) if span.left and is_cjk(span.left[-1]) else ""
    right = "".join(span.right[:1]) if span.right and is_cjk(span.right[0]) else ""
    around = ((left, ""), ("", right), (left, right))
    return any(interchangeable(x + one + y, x + other + y) for x, y in around if x or y)


def _determiners(span: Span) -> bool:
    """Whether all replaced words are articles and the like, or Chinese particles."""
    return all(w.casefold() in DETERMINERS_EN or w in FUNCTION_ZH for w in (*span.before, *span.after))


def _content_words(words: tuple[str, ...]) -> str:
    kept = tuple(w.removesuffix("'s") for w in words if w.casefold() not in FILLERS_EN and w not in FUNCTION_ZH)
    return _join(kept).casefold()


def _chinese(span: Span) -> tuple[Weight, str] | None:
    """Chinese words: a replaced word is another place, field, name or programme unless a rule above knows better."""
    one = "".join(w for w in span.before if is_cjk(w))
    other = "".join(w for w in span.after if is_cjk(w))
    if not one and not other:
        return None
    right = "".join(span.right)
    if span.left and max(len(one), len(other)) <= 3 and (span.left[-1] in SIGNS or figure(span.left[-1]) is not None):
        return Weight.NUMBER, "another unit"
    if right.startswith(PROGRAMME_NOUNS_ZH):
        return Weight.HARD, "another programme"
    if one and (other or span.after):
        if len(one) >= 2 or len(other) >= 2:
            return Weight.HARD, "another word"
        if right[:1] in PLACE_ENDS or (span.left and span.left[-1] in PLACE_ENDS):
            return Weight.HARD, "another place"
        if families().intersection(span.left):
            return Weight.HARD, "another name"
        return Weight.PLAIN, "another character"
    if other and span.before:
        return Weight.HARD, "another word"
    return Weight.PLAIN, "words added or left out"


def _is_name(word: str, first: bool) -> bool:
    return word[:1].isupper() and word.casefold() not in FUNCTION_EN and not first and not _is_calendar(word)


def _names(span: Span) -> tuple[Weight, str] | None:
    """A name for a name; a name put before what the programme is called."""
    one = [w for w in span.before if _is_name(w, span.head)]
    other = [w for w in span.after if _is_name(w, span.head)]
    if one and other:
        return (Weight.PLAIN, "a name spelt otherwise") if _spelt_alike(one, other) else (Weight.HARD, "another name")
    both_inside = span.right and span.right[0].casefold() in PROGRAMME_NOUNS_EN
    if (one or other) and (both_inside or (span.before and span.after)):
        return Weight.HARD, "another name"
    return None


def _spelt_alike(one: list[str], other: list[str]) -> bool:
    return fuzz.ratio(" ".join(one).casefold(), " ".join(other).casefold()) >= 75


def settle(changes: Iterable[Change]) -> list[Change]:
    """Looks at all changes together: many lost letters are a scan; one change made twice is meant.

    Returns the changes that remain, neutral ones left out.
    """
    changes = _without_marks([c for c in changes if c.weight is not Weight.NEUTRAL])
    blurs = Counter((c.before.casefold(), c.after.casefold()) for c in changes if c.weight is Weight.BLUR)
    scan = len(blurs) >= BLURRED
    settled = []
    for change in changes:
        if change.weight is Weight.BLUR:
            pair = (change.before.casefold(), change.after.casefold())
            if scan or (blurs[pair] == 1 and _harmless(change)):
                continue
            settled.append(Change(change.before, change.after, Weight.PLAIN, "one letter changed"))
        else:
            settled.append(change)
    repeated = Counter((c.before.casefold(), c.after.casefold()) for c in settled if c.weight is Weight.PLAIN)
    return [
        Change(c.before, c.after, Weight.HARD, "the same change more than once")
        if c.weight is Weight.PLAIN and repeated[(c.before.casefold(), c.after.casefold())] >= 2
        else c
        for c in settled
    ]


def _without_marks(changes: list[Change]) -> list[Change]:
    """Figures that were only added (or only left out) and count 1, 2, 3 … are marks of notes or of a list."""
    numbers = [c for c in changes if c.weight is Weight.NUMBER and (c.before + c.after).isdecimal()]
    for marks in ([c for c in numbers if not c.before], [c for c in numbers if not c.after]):
        if len(marks) >= 3 and [int(c.before + c.after) for c in marks] == list(range(1, len(marks) + 1)):
            changes = [c for c in changes if c not in marks]
    return changes


def _harmless(change: Change) -> bool:
    """A single lost letter inside a long common word: a misprint, not another word."""
    one, other = change.before, change.after
    short, long = sorted((one, other), key=len)
    if one.translate(SCAN_SIGNS) == other.translate(SCAN_SIGNS) or _one_print(one) == _one_print(other):
        return True
    if len(short) == len(long) or short[:1].isupper():
        return False
    if len(long) - len(short) > 1:
        return False
    inside = short[:2].casefold() == long[:2].casefold() and short[-1].casefold() == long[-1].casefold()
    return len(long) >= 7 and inside
