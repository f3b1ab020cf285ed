"""rare: which facts of a text would surprise in another one?

A fact is rare in itself or it is none: figures that are not round, small ones only with what they count, days, names,
quoted terms, document numbers. What every watched text has - the programme's name, the year, everyday words - is left
out, and so is what a template repeats: counts below a hundred, round sums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from monitor.pipeline.match.forms import real_words

from .listed import listed
from .normalise import CJK
from .numerals import value
from .sentences import Parsed
from .sounds import transcribed
from .words import FUNCTION_EN, FUNCTION_ZH, MONTHS, PROGRAMME_NOUNS_EN, PROGRAMME_NOUNS_ZH, WEEKDAYS, families

RARE = 1 / 100  # a fact of this chance or less is rare; the others only add to what rare ones tell
QUOTED = re.compile(r"\"([^\"\n]{2,24})\"|《([^》\n]{2,40})》")
SCALE = {
    "万": 10_000,
    "亿": 100_000_000,
    "million": 10**6,
    "billion": 10**9,
    "thousand": 10**3,
    "m": 10**6,
    "bn": 10**9,
    "mn": 10**6,
    "M": 10**6,
    "B": 10**9,
}
FIGURE = re.compile(
    r"(\d(?<![A-Za-z\d.].)(?:[\d.,:/]*\d)?)(%)?(?:[ -]?(万|亿|thousand|million|billion|bn|mn|[mMB]\b))?"
    rf"(?:(?<![%])[ -]?(per cent|[a-z.']{{2,12}}|[{CJK}]{{1,4}}))?"
)
NUMERAL_ZH = re.compile(
    r"([〇零一二两三四五六七八九十百千]+)(万|亿)?[多余]?"
    r"(个百分点|个?小时|[个名人位家天年岁元次届座分成倍所间栋辆条台])"
)
SPELLED = listed(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty dozen
    """
)
WORDED = re.compile(rf"\b({'|'.join(SPELLED)})[ -](per cent|[a-z]{{3,12}})", re.IGNORECASE)
TENS = {"thirty": 30, "forty": 40, "fifty": 50, "dozen": 12, "twenty": 20}
DAY_EN = re.compile(rf"(\d(?<=\b.)\d?) ({'|'.join(MONTHS)})\b", re.IGNORECASE)
DAY_ZH = re.compile(r"(\d(?<!\d\d)\d?)月(\d{1,2})日")
DOCUMENT = re.compile(r"[〔\[(](?<=[一-鿿].)((?:19|20)\d\d)[〕\])]第?(\d{1,5})号")
AGED = re.compile(r"\b[aA]ged? (?:of )?(\d{1,3})(?: and (\d{1,3}))?\b")
WEEKDAY_ZH = re.compile("(?:星期|周)([一二三四五六日])")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNITS = (
    ("%", listed("个百分点|百分点|per cent|percent|percentage", "|")),
    ("h", listed("小时 个小时 hour hours hour-long")),
    ("day", listed("天 day days")),
    ("clock", listed("时 点 am pm a.m p.m a.m. p.m. o'clock")),
    ("min", listed("分钟 minute minutes")),
    ("year", listed("年 years year")),
    ("age", listed("岁 周岁")),
)
UNIT_OF = {word: unit for unit, words in UNITS for word in words}
NO_COUNT = frozenset("月日号期批届第条")  # days, ordinals
# What a call cites is cited by the calls of all cities: worth little, and so are the numbers of documents.
PAPERS = ("通知", "意见", "办法", "条例", "规定", "方案", "规划", "细则", "纲要", "决定", "法", "指南", "目录")
TALENT = frozenset(listed("talent talents"))
WORD = re.compile(r"[A-Za-z]{2,}")
NAME = re.compile(rf"([A-Z\u00c0-\u00de](?:(?<=\w .)|(?<=[,;:] .)|(?<=[{CJK}].))[A-Za-z\u00c0-\u024f]+)")
RUN = re.compile(r"[A-Z][\w'-]*(?: (?:of |for |and )?[A-Z][\w'-]*)*")
PLACE_ZH = re.compile(rf"([{CJK}]{{2}}(?:[省市县区州镇旗]|大学|学院|公司|集团|医院|银行|研究院|资本|创投))")
CRAFT_ZH = re.compile(rf"([{CJK}]{{2}}[一二三四五六七八九十]{{1,3}}号)(?![{CJK}]?[楼门线院公令文])")  # 嫦娥六号
# Who speaks, and who holds an office: three characters, the first a family name.
PERSON_ZH = re.compile(
    rf"([{CJK}]{{3}})(?=表示|介绍|指出|认为|透露|强调|坦言|承诺|回应|说[,:\"]|称[,:\"])"
    rf"|(?:局长|市长|省长|主席|会长|院长|校长|主任|总裁|经理|董事长|创始人|执行官|负责人|教授|记者|议员|发言人)([{CJK}]{{3}})"
)
PLACE_NOT = FUNCTION_ZH | frozenset(
    "本各全该每有个家多内外级此我贵是在为年度根据按照由到向从对将被"
)  # 各县市, 本公司: no names
COMMON_NAMES = frozenset(
    listed(
        """
        i us uk eu un bbc mr mrs ms dr sir lord lady st new north south east west the a an government minister prime
        president council university city state first last next this that world national international house party
        """
    )
)
COUNTRIES = frozenset(
    listed(
        """
        america american americans asia asian australia australian austria belgium brazil britain british canada
        canadian china chinese denmark dutch england english europe european france french german germany greece hong
        india indian indonesia iran iraq ireland irish israel italian italy japan japanese korea korean london mexico
        netherlands norway pakistan poland portugal russia russian scotland scottish shanghai singapore spain spanish
        sweden swiss switzerland taiwan tokyo turkey ukraine wales washington beijing york states united kingdom
        """
    )
)
NO_NAMES = COMMON_NAMES | FUNCTION_EN | frozenset(MONTHS) | frozenset(WEEKDAYS)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """The facts of a text with the chance that one of their kind is just this one; programme names apart.

    A fact is written `sort:value`; sorts are n (figure), t (day), p (name), h (Chinese person), l (Chinese place or body), q (quoted),
    o (document number) and d (weekday). `subjects` are the names that stand in the headline and in the text; `neighbours` are
    the words that stand side by side in one name.
    """

    chances: dict[str, float]
    programmes: frozenset[str]
    subjects: frozenset[str]
    neighbours: frozenset[tuple[str, str]]


@lru_cache(maxsize=256)
def facts_of(page: Parsed) -> Facts:
    """The facts of a text. Linear in its length."""
    title = page.title.text
    body = "\n".join(s.text for s in page.sentences if s.full)
    text = f"{title}\n{body}"
    runs = [found[0].casefold().split() for found in RUN.finditer(text)]
    programmes = frozenset(_programmes(runs))
    words = frozenset(WORD.findall(text))
    low = frozenset(word.lower() for word in words)
    chances = dict(_figures(text, low))
    chances.update(_days(text, words, low))
    names = dict(_names(text, words, programmes))
    chances.update(names)
    for found in QUOTED.finditer(text):
        term = (found[1] or found[2]).casefold().strip()
        if not term.endswith(PROGRAMME_NOUNS_ZH) and not text.startswith(PROGRAMME_NOUNS_ZH, found.end()):
            chances[f"q:{term}"] = 1 / 60 if term.endswith(PAPERS) else 1 / 3000
    subjects = frozenset(name for name in names if name[2:] in title.casefold() and name[2:] in body.casefold())
    return Facts(chances, programmes, subjects, frozenset(_neighbours(runs)))


def _programmes(runs: Sequence[Sequence[str]]) -> Iterator[str]:
    """The words of programme names: what all texts watched for one programme share."""
    for words in runs:
        if PROGRAMME_NOUNS_EN.intersection(words) or TALENT.intersection(words):
            yield from words


def _neighbours(runs: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Words of one name, two by two: Port Ellis is one fact, not two."""
    for words in runs:
        if len(words) > 1:
            yield from pairwise([word.removesuffix("'s") for word in words if word not in FUNCTION_EN])


def _names(text: str, words: frozenset[str], programmes: frozenset[str]) -> Iterator[tuple[str, float]]:
    for name in set(NAME.findall(text)):
        low = name.lower()
        if len(low) < 2 or low in words or low in NO_NAMES or low in programmes:
            continue
        everyday = low in COUNTRIES or low in real_words() or low.rstrip("s") in real_words()
        yield f"p:{low}", 1 / 40 if everyday else 1 / 400 if len(low) < 4 else 1 / 1500
    if not text.isascii():
        for name in transcribed(text):
            yield f"p:{name}", 1 / 800
        for name in {speaker or holder for speaker, holder in PERSON_ZH.findall(text)}:
            if name[0] in families():
                yield f"h:{name}", 1 / 1500
        for name in set(CRAFT_ZH.findall(text)):
            yield f"h:{name}", 1 / 1500
        for name in set(PLACE_ZH.findall(text)):
            if not PLACE_NOT.intersection(name):
                yield f"l:{name}", 1 / 60


def _days(text: str, words: frozenset[str], low: frozenset[str]) -> Iterator[tuple[str, float]]:
    """Days of a month, weekdays, document numbers."""
    for day, month in DAY_EN.findall(text) if not low.isdisjoint(MONTHS) else ():
        yield _day(MONTHS[month.lower()], int(day))
    for month, day in DAY_ZH.findall(text) if "月" in text else ():
        yield _day(int(month), int(day))
    for word in words:
        if word[0].isupper() and word.lower() in WEEKDAYS:
            yield f"d:{WEEKDAYS[word.lower()]}", 1 / 7
    for day in WEEKDAY_ZH.findall(text) if "周" in text or "星期" in text else ():
        yield f"d:{'一二三四五六日'.index(day)}", 1 / 7
    for year, number in DOCUMENT.findall(text) if "号" in text else ():
        yield f"o:{year}-{number}", 1 / 60


def _day(month: int, day: int) -> tuple[str, float]:
    return f"t:{month}-{day}", 1 / 20 if day in (1, 15) or day >= 30 else 1 / 150


def _figures(text: str, low: frozenset[str]) -> Iterator[tuple[str, float]]:
    """Figures with what multiplies and what follows them, in digits and in words."""
    for figure, percent, scale, unit in set(FIGURE.findall(text)):
        if unit[:1] not in NO_COUNT:
            yield from _counted(figure, scale, "%" if percent else _unit(unit))
    for numeral, scale, unit in set(NUMERAL_ZH.findall(text)) if not text.isascii() else ():
        if unit not in NO_COUNT:
            yield from _counted(numeral, scale, _unit(unit))
    for word, unit in set(WORDED.findall(text)) if not low.isdisjoint(SPELLED) else ():
        read = Decimal(TENS[word.lower()]) if word.lower() in TENS else value(word.lower())
        if read is not None:
            yield from _figure(read, _unit(unit))
    for ages in AGED.findall(text) if "age" in text else ():
        for age in filter(None, ages):
            yield from _counted(age, "", "age")


@lru_cache(maxsize=4096)
def _counted(numeral: str, scale: str, unit: str) -> tuple[tuple[str, float], ...]:
    """The fact of a figure as it is written; most figures of a text are small and come again."""
    read = value(numeral)
    return tuple(_figure(read * SCALE.get(scale, 1), unit)) if read is not None else ()


@lru_cache(maxsize=1024)
def _unit(word: str) -> str:
    """What a figure counts, in both languages; empty where that is no measure."""
    for size in (len(word), 3, 2, 1) if not word.isascii() else (len(word),):
        if word[:size] in UNIT_OF:
            return UNIT_OF[word[:size]]
    return "c" if word else ""


def _figure(read: Decimal, unit: str) -> Iterator[tuple[str, float]]:
    if unit == "day":
        read, unit = read * 24, "h"
    if read <= 1 or read >= 10**15 or (unit in ("", "year") and 1950 <= read <= 2050):
        return
    digits = len(read.normalize().as_tuple().digits)
    whole = read == int(read)
    if whole and read < 100:
        if unit:
            yield f"n:{read.normalize():f}{unit}", 1 / 12 if read <= 10 or read % 10 == 0 else 1 / 40
        return
    if digits == 1:
        chance = 1 / 12
    elif digits == 2:
        chance = 1 / 25 if read.as_tuple().digits[1] == 5 else 1 / 60
    else:
        chance = 1 / 250 if digits == 3 else 1 / 1000
    yield f"n:{read.normalize():f}{'%' if unit == '%' else ''}", chance


def told(fact: str) -> str:
    """A fact in words for people."""
    if fact.startswith("d:"):
        return WEEKDAY_NAMES[int(fact[2:])]
    return fact[2:].removesuffix("c") if fact.startswith("n:") else fact[2:]
