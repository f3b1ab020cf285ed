"""verify: does the term really stand there, in the original text?

Cheapest checks first: what was deleted inside, word ends, capitals, real words, word borders of the segmenter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .fold import READING, Folded, is_han, is_invisible, is_letter
from .forms import real_words, surnames
from .scan import Candidate
from .terms import CompiledTerm, Guards, Way

LONG_WORD = 5  # letters; digits may touch it, as in #QimingProgram2024
LONG_ALIAS = 8  # letters; takes a plain plural s
MOST_VISIBLE = 2  # deleted visible characters between two of a term
GAPPY_PAIRS, GAPPY_SHARE = 8, 0.03  # a text in which an extractor split Han neighbours by spaces
PLAIN_HAN = 2  # longer Han terms need no word check
WORD_WINDOW = 8  # characters either side for the segmenter

_BLANK_LINE = re.compile(r"\n\s*\n|\r\s*\r|\u2029")
_LINE_WRAP = re.compile(r"[ \t\u3000\xa0]*(?:\r\n|[\r\n\v\f\u2028\x85])[ \t\u3000\xa0]*")
_STOP = re.compile(r"\.\s")


@dataclass(slots=True)
class Found:
    """A term that stands there: its folded span, its form in one word, and what folding and tolerance did."""

    start: int
    end: int
    term: CompiledTerm
    way: Way
    form: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a candidate is no match: kept for "why not?"."""

    candidate: Candidate
    reason: str


class Verifier:
    """Checks candidates against one text; what is dear to find out is found out once."""

    def __init__(self, doc: Folded, guards: Guards) -> None:
        self.doc = doc
        self.guards = guards
        self._gappy: bool | None = None

    def verify(self, candidate: Candidate, term: CompiledTerm) -> Found | Refusal:
        """The match, or the reason why there is none."""
        if candidate.way is not Way.TYPO:
            return self._reading(candidate, term, candidate.start, candidate.end)
        refusal: Refusal | None = None
        for start, end, place in candidate.readings:
            result = self._reading(candidate, term, start, end)
            if isinstance(result, Found):
                word = self._edited_word(place, end)
                if not (self.guards.word_guard and is_real_word(word)):
                    return result
                result = Refusal(candidate, f"'{word}' is a word of its own")
            refusal = refusal or result
        return refusal or Refusal(candidate, "no reading")

    def _reading(self, candidate: Candidate, term: CompiledTerm, start: int, end: int) -> Found | Refusal:
        if term.han > PLAIN_HAN and term.han == end - start and self._original(start, end) == term.text:
            other = self._other_word(start, end) or self._given_name(term, start)  # as written: nothing else to check
            return Refusal(candidate, other) if other else Found(start, end, term, candidate.way, "exact")
        gaps = self._gaps(start, end)
        even = _is_even(gaps, end - start)
        reason, plural = "", False
        if self.guards.gap_rules:
            reason = self._wrong_gap(candidate, term, start, end, gaps=gaps, even=even)
        if not reason and self.guards.word_ends:
            reason, plural = self._wrong_end(term, start, end)
            reason = reason or self._other_word(start, end) or self._given_name(term, start)
        if not reason and term.acronym and not self._original(start, end).isupper():
            reason = "an acronym counts in capitals only"
        if not reason and self.guards.word_check and term.han == end - start == 2 and (not gaps or self.gappy):
            reason = self._wrong_word(term, start, end)
        if not reason and self.guards.word_check and (term.weak or term.everyday):
            reason = self._personal_name(candidate, term, start, end) or self._organisation(candidate, term, start, end)
        if reason:
            return Refusal(candidate, reason)
        return self._found(candidate, term, start, end, gaps=gaps, even=even, plural=plural)

    def _gaps(self, start: int, end: int) -> list[tuple[int, str]]:
        """What stands between the characters of a match, invisible characters left out: (place, text)."""
        index = self.doc.index
        if index[end - 1] - index[start] == end - start - 1:
            return []
        places = index[start:end].tolist()
        gaps = []
        for place in range(1, len(places)):
            if places[place] - places[place - 1] > 1:
                between = self.doc.original[places[place - 1] + 1 : places[place]]
                visible = "".join(char for char in READING.sub("", between) if not is_invisible(char))
                if visible:
                    gaps.append((place, visible))
        return gaps

    def _wrong_gap(
        self, candidate: Candidate, term: CompiledTerm, start: int, end: int, *, gaps: list[tuple[int, str]], even: bool
    ) -> str:
        """Which gap rule the match breaks, if any."""
        for place, gap in gaps:
            if gap == candidate.form.borders.get(place):
                continue  # as the term itself is written: U.S. persons
            if _BLANK_LINE.search(gap):
                return "a blank line inside"
            if _STOP.search(gap):
                return "a sentence ends inside"
            if len(_LINE_WRAP.sub("\n", gap)) > MOST_VISIBLE:
                return "too much between its characters"
        if not gaps or (even and end - start > 2):
            return ""
        inner = [(place, gap) for place, gap in gaps if not self._is_border(candidate, term, start, place)]
        if term.latin:
            if any(gap == "_" for _, gap in gaps) and self._neighbour(start, -1) != "#":
                return "an identifier"
            hyphenated = any(gap == "-" != candidate.form.borders.get(place, "-") for place, gap in gaps)
            if hyphenated and self._original(start, end).islower() and not _is_prose(self._original(start, end)):
                return "an identifier"  # qiming-plan, a package
            spaces = [gap for _, gap in inner if not _is_hyphenation(gap)]
            fine = not spaces or (len(spaces) == 1 and _is_one_space(spaces[0]))
            return "" if fine else "taken apart inside a word"
        if end - start == 2:
            return "" if self._stands_apart(start, end) or self.gappy else "two characters taken apart in running text"
        fine = len(inner) <= (end - start - 1) // 2 or (self.gappy and all(gap.isspace() for _, gap in inner))
        return "" if fine else "taken apart at too many places"

    def _is_border(self, candidate: Candidate, term: CompiledTerm, start: int, place: int) -> bool:
        if place in candidate.form.borders:
            return True
        if term.latin:
            # an edit shifts what stands behind it by one
            near = {place - 1, place + 1} & candidate.form.borders.keys()
            return candidate.way is Way.TYPO and bool(near)
        return is_han(self.doc.text[start + place - 1]) != is_han(self.doc.text[start + place])

    def _stands_apart(self, start: int, end: int) -> bool:
        """Whether the neighbours of a match are separated from it, by deleted characters or a wall."""
        return self._apart_before(start) and self._apart_before(end)

    def _apart_before(self, place: int) -> bool:
        index, text = self.doc.index, self.doc.text
        if place == 0 or place == len(text) or not text[place - 1].isalnum() or not text[place].isalnum():
            return True
        return index[place] - index[place - 1] > 1

    @property
    def gappy(self) -> bool:
        """Whether stray spaces split Han neighbours all over the text, as PDF extractors make them."""
        if self._gappy is None:
            original = self.doc.original
            split = len(_SPLIT_PAIR.findall(original))
            whole = len(_PAIR.findall(original))
            self._gappy = split >= GAPPY_PAIRS and split >= GAPPY_SHARE * (split + whole)
        return self._gappy

    def _wrong_end(self, term: CompiledTerm, start: int, end: int) -> tuple[str, bool]:
        """Which end is not a word end, if any; and whether a plural s follows."""
        digits_may_touch = bool(term.han) or len(term.folded) >= LONG_WORD
        long_name = term.latin and not term.acronym and len(term.folded) >= LONG_ALIAS
        before, after = self._neighbour(start, -1), self._neighbour(end - 1, 1)
        first, last = self.doc.span(start, end)
        original = self.doc.original
        if original[first - 2 : first] in _ESCAPES:
            before = ""
        if (
            is_letter(self.doc.text[start])
            and _goes_on(before)
            and not (digits_may_touch and _meets(before, original[first]))
        ):
            word = _RUN_IN.search(original, max(0, first - 12), first)
            if not (long_name and original[first].isupper() and word and _is_common(word[1])):
                return "the word begins before it", False
        if (
            not is_letter(self.doc.text[end - 1])
            or not _goes_on(after)
            or (digits_may_touch and _meets(after, original[last - 1]))
        ):
            return "", False
        if long_name and after in "sS" and not _goes_on(original[last + 1 : last + 2]):
            return ("a verb follows the name", False) if _VERB.match(original, last) else ("", True)
        word = _RUN_ON.match(original, last)
        if long_name and word and (word[1] in _SMALL_WORDS or (after.isupper() and _is_common(word[1]))):
            return "", False
        return "the word goes on behind it", False

    def _other_word(self, start: int, end: int) -> str:
        """Whether the last word of a name only begins another one: 计划 in 计划生育, talent in talent show."""
        if not self.guards.word_check:
            return ""
        if self.doc.text.endswith(("talent", "talents"), start, end):
            found = _SHOW.match(self.doc.original, self.doc.index[end - 1] + 1)
        else:
            found = _OTHER_WORD.match(self.doc.text, max(start, end - 2))
        return f"part of another word: {found[0].strip()}" if found else ""

    def _neighbour(self, place: int, step: int) -> str:
        """The character of the original beside a folded one, past invisible ones; empty at the ends."""
        original = self.doc.original
        at = self.doc.index[place] + step
        while 0 <= at < len(original) and is_invisible(original[at]):
            at += step
        return original[at] if 0 <= at < len(original) else ""

    def _original(self, start: int, end: int) -> str:
        first, last = self.doc.span(start, end)
        return self.doc.original[first:last]

    def _edited_word(self, place: int, end: int) -> str:
        """The word of the original in which an edit lies."""
        original = self.doc.original
        at = self.doc.index[min(max(place, 0), end - 1)]
        first = last = at
        while first > 0 and is_letter(original[first - 1]):
            first -= 1
        while last < len(original) and is_letter(original[last]):
            last += 1
        return original[first:last]

    def _wrong_word(self, term: CompiledTerm, start: int, end: int) -> str:
        """Whether a word of the dictionary reaches over the border of two characters, or they are a given name."""
        import rjieba

        first, last = max(0, start - WORD_WINDOW), min(len(self.doc.text), end + WORD_WINDOW)
        if not self.gappy:
            first, last = self._unbroken(first, start, end, last)
        if (first, last) == (start, end):
            return ""  # it stands by itself, in quotes or in a cell of a table
        begin, before = first, ""
        for token in rjieba.cut(self.doc.text[first:last], False):  # known words: a guessed one may swallow a name
            beyond = begin + len(token)
            if begin < end and start < beyond and not (start <= begin and beyond <= end):
                return f"part of {token}"
            if beyond <= start:
                before = token
            begin = beyond
        return f"a given name beside {before}" if term.weak and before in surnames() else ""

    def _given_name(self, term: CompiledTerm, start: int) -> str:
        """Whether a family name stands right before a longer Han name that needs context: 张鲲鹏专家, 王启明计划退休."""
        text = self.doc.text
        longer = self.guards.word_check and term.han > PLAIN_HAN and term.near
        if not longer or start == 0 or text[start - 1] not in surnames() or self._apart_before(start):
            return ""
        import rjieba

        first, _ = self._unbroken(max(0, start - WORD_WINDOW), start, start, start)
        before = rjieba.cut(text[first:start], False)[-1]  # 浙江 is no 江
        return f"a given name beside {before}" if before == text[start - 1] else ""

    def _personal_name(self, candidate: Candidate, term: CompiledTerm, start: int, end: int) -> str:
        """Whether a weak one-word term in letters is a given name: Lu Qiming, Qiming Xiao."""
        if not term.latin or candidate.form.borders or term.acronym:
            return ""
        first, last = self.doc.span(start, end)
        original = self.doc.original
        names = (
            _LAST_WORD.search(original[max(0, first - 12) : first]),
            _FIRST_WORD.match(original[last : last + 12]),
        )
        name = next((found[1] for found in names if found and found[1].lower() in surnames()), "")
        if name:
            return f"a given name beside {name}"
        return "a given name with initials" if _INITIAL.match(original, last) else ""

    def _organisation(self, candidate: Candidate, term: CompiledTerm, start: int, end: int) -> str:
        """Whether a bare name runs on into that of a company, a school, a place, a ship: 启明智能科技有限公司."""
        if (candidate.form.borders and not term.everyday) or term.acronym or not (term.latin or term.han == PLAIN_HAN):
            return ""
        _, last = self.doc.span(start, end)
        found = (_ORGANISATION if term.latin else _ORGANISATION_HAN).match(self.doc.original, last)
        return f"part of another name: {found[found.lastindex or 1]}" if found else ""

    def _unbroken(self, first: int, start: int, end: int, last: int) -> tuple[int, int]:
        """The window cut where something was deleted: a space is a word border."""
        index = self.doc.index
        while start > first and index[start] - index[start - 1] == 1:
            start -= 1
        while end < last and index[end] - index[end - 1] == 1:
            end += 1
        return start, end

    def _found(
        self,
        candidate: Candidate,
        term: CompiledTerm,
        start: int,
        end: int,
        *,
        gaps: list[tuple[int, str]],
        even: bool,
        plural: bool,
    ) -> Found:
        forms = list(self._letter_forms(term, candidate, start, end))
        if even and end - start > 2:
            forms.insert(0, "spaced")
        elif [place for place, _ in gaps if place not in candidate.form.borders]:
            forms.insert(0, "gap")
        if plural:
            forms.append("plural")
        if candidate.way is not Way.EXACT:
            forms.insert(0, {Way.LOOKALIKE: "look-alike", Way.HOMOPHONE: "homophone"}.get(candidate.way, "typo"))
        notes = (candidate.note, *(f"also {form}" for form in forms[1:]))
        return Found(start, end, term, candidate.way, forms[0] if forms else "exact", tuple(filter(None, notes)))

    def _letter_forms(self, term: CompiledTerm, candidate: Candidate, start: int, end: int) -> Sequence[str]:
        """What folding did to the letters themselves."""
        if self._original(start, end).isascii():
            return ()
        written = {char for char in term.text if not char.isspace()}
        changed = [
            char
            for char in (self.doc.original[place] for place in self.doc.index[start:end].tolist())
            if char not in written
        ]
        forms = []
        if candidate.way is Way.EXACT and any(map(is_han, changed)):
            forms.append("traditional")
        if any("\uff01" <= char <= "\uff5e" for char in changed):
            forms.append("width")
        return forms


_SPLIT_PAIR = re.compile(r"[\u4e00-\u9fff](?=[ \u3000\xa0][\u4e00-\u9fff])")
_PAIR = re.compile(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])")


_LAST_WORD = re.compile(r"\b([A-Z][A-Za-z]{1,5}),? ?$")
_FIRST_WORD = re.compile(r",? ?([A-Z][a-z]{1,5}|[A-Z]{2,6})\b")


_INITIAL = re.compile(r",? ?[A-Z]\.(?=[ ,;&]|[A-Z]\.)")  # Qiming Z., an author
_VERB = re.compile(r"s\s+to\s")  # Kunpeng plans to open a shop
# planned births and vaccinations, written plans, cities planned singly; scholarly; houses, fairs and sites for talents
_OTHER_WORD = re.compile(
    "计划(?:生育|免疫|书(?!面|记|写)|单列|经济)|(?:学者|专家)型|人才(?:市场|驿站|孵化|之家|网)"
    "|(?:学者|英才|人才|精英)[\u4e00-\u9fff]{0,2}(?:幼儿园|小学|中学|酒店|饭店|公寓|大厦|广场|花园|小区|餐厅|书店)"
)
_SHOW = re.compile(r"\W{1,3}(?:shows?|contests?|competitions?|quests?|hunts?|fairs?|agenc(?:y|ies)|scouts?)\b", re.I)
_ESCAPES = ("\\n", "\\r", "\\t")  # line ends as program text writes them
_MOJIBAKE = "âœ"  # what wrong decoding leaves of quotes: âThousand Talentsâ
# what may stand between a bare name and the word that makes it an organisation's: no particle, nothing of a programme
_ORGANISATION_HAN = re.compile(
    r"[”」』》’\"]?(?:(?:[^\W\da-zA-Z的和与及等由在入选申报者专家人才计划项目为是对向给]|[（）()]){0,8}?"
    r"(有限责任公司|有限公司|公司|集团|学校|小学|中学|学院|书院|医院|幼儿园|大厦|广场|物流园|产业园|酒店|饭店|银行|电站|大道|街道|社区|股份|大赛|论坛|讲座|讲堂|沙龙|训练营|夏令营|协会|科创园|孵化器|杂志)"
    # trades, and whatever else bears names, where they follow at once
    r"|(科技|智能|汽车|机械|电子|生物|制药|药业|重工|制造|设备|新材|网络|软件|能源|环保|食品|贸易|物流|建设|地产|置业|传媒|文化|轴承|零部件|村|镇|号|轮|班|工匠|女校|校友|少年|志愿|艺术团|乐团|俱乐部|舰|艇|卫星|飞船|芯片|机器人|无人机|诗集|学刊|丛书|奖学))"
)
_ORGANISATION = re.compile(
    r"(?: (?:[A-Z][\w&-]*|of|and|&)){0,4}?,? "
    r"(Inc|Ltd|LLC|Corp|Corporation|Co|Company|Group|Holdings?|Technolog(?:y|ies)|Schools?|College|University|Hospital"
    r"|Hotel|Station|Ventures?|Capital|Partners|Pharma|Pharmaceuticals?|Biotech|Foundation|Road|Street|Village|County"
    r"|Stadium|Airport|Bank|Securities|Electronics|Restaurant|Club|FC|Tech|Labs?"
    r"|Energy|Systems|Software|Motors?|Logistics|Industr(?:y|ies)|Pictures|Robotics)\b"
)


# "theThousand Talents Programof China": text recognition loses spaces
_RUN_IN = re.compile(r"(?<![A-Za-z])([A-Z]?[a-z]+)$")
_RUN_ON = re.compile(r"([A-Za-z][a-z]*)(?![A-Za-z])")
_SMALL_WORDS = frozenset({"of", "for", "in", "and", "by", "from", "to", "at", "a"})


def _is_common(word: str) -> bool:
    return word.lower() in _SMALL_WORDS or is_real_word(word)


def _is_prose(name: str) -> bool:
    """Whether a hyphenated name is made of English words in the plural, as running text has: thousand-talents schemes."""
    words = name.split("-")
    return words[-1].endswith("s") and all(map(is_real_word, words))


def _meets(digit: str, edge: str) -> bool:
    """Whether a digit may touch this end of a term: a letter, or it would be another number (11260H for 1260H)."""
    return digit.isdigit() and not edge.isdigit()


def _goes_on(char: str) -> bool:
    """Whether a neighbour belongs to the same word or identifier (qiming_plan_name)."""
    return (is_letter(char) and char not in _MOJIBAKE) or char == "_"


def _is_even(gaps: list[tuple[int, str]], length: int) -> bool:
    """Whether a term is spaced out: the same between all its characters."""
    return len(gaps) == length - 1 and len({gap for _, gap in gaps}) == 1


def _is_one_space(gap: str) -> bool:
    """One space or one hyphen: Qi Ming, Qi-Ming."""
    return len(gap) == 1 and (gap.isspace() or gap in "-‐‑")


def _is_hyphenation(gap: str) -> bool:
    return len(gap) >= 2 and gap[0] in "-‐\u00ad" and gap[1:].isspace()


def is_real_word(word: str) -> bool:
    """Whether an English word list knows this word, in its plain or plural form."""
    lower = word.lower()
    return lower in real_words() or (lower.endswith("s") and lower[:-1] in real_words())
