"""contact: which sentences tell how to get in touch, and what do they say besides?

A reposted ad changes its telephone number and the name beside it; it is the same ad. What such a sentence says beyond
the contact - a date, an amount - still counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from .listed import listed
from .normalise import units

LONGEST_CONTACT = 2_000  # characters; a longer sentence is no contact line
MAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
PHONE = re.compile(
    r"(?<![\d.$£€¥/])(?!(?:19|20)\d\d[ -](?:19|20)\d\d(?!\d))"
    r"(?:\+\d{1,3}[ -]?)?(?:\(0?\d{2,4}\)[ -]?|0\d{2,3}[ -])?\d{3,4}[ -]?\d{4}(?:[ -]?\d{1,5})?"
    r"(?!\d|\.\d|%|\s*(?:元|万|亿|人|名|年|月|million|people))|(?<!\d)1[3-9]\d{9}(?!\d)"
)
CHAT = re.compile(
    r"(?:微信|加v|vx|v信|qq群?)\s*(?:号|同号)?\s*:?\s*[A-Za-z\d][\w-]{4,}"
    r"|(?:wechat|whatsapp|telegram|skype|signal)\s*(?:id|number|no)?\.?\s*(?::\s*[\w@+-]{4,}|(?=[\w-]*\d)[\w+-]{5,})",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d{3}[ -]?\d{4}")  # stands in whatever PHONE finds
LINK = re.compile(r"https?://\S+|www\.\S+")
ASKS = listed(
    """
    电话|手机|联系|热线|咨询|邮箱|传真|phone|tel:|tel.|tel |call|contact|e-mail|email|fax|mobile|enquir|inquir
    """,
    "|",
)
CHATS = listed("微信 加v vx v信 qq wechat whatsapp telegram skype signal")
CONTACT_WORDS = tuple(dict.fromkeys((*ASKS, *CHATS)))
FIGURE = re.compile(r"\d[\d.:/]*\d%?|\d%?")
EDGES = re.compile(r"^[\s,;:()]+|[\s,;:()]+$")
CLAUSE = re.compile(r"(?<=[,;，；])")
PROGRAMME = re.compile(
    r"[一-鿿]{2,6}(?:计划|工程|行动|项目)|(?:[A-Z][a-z]+ ){1,4}(?:Plan|Program(?:me)?|Fellowship|Fund|Grant|Award|Initiative)"
)
NOISE = re.compile(r"(?:转|ext\.?)\s*\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contact:
    """The part of a sentence that tells how to get in touch: its figures and programmes beyond the contact itself."""

    text: str
    figures: tuple[str, ...]
    programmes: frozenset[str] = frozenset()


def contact_of(sentence: str) -> Contact | None:
    """The contact in a normalised sentence, or None when it tells of none."""
    masked = _masked(sentence)
    if masked is None:
        return None
    told = [clause for clause in CLAUSE.split(sentence) if _about_contact(clause)]
    bare = NOISE.sub(" ", LINK.sub(" ", masked))
    programmes = frozenset(found.casefold() for found in PROGRAMME.findall(bare))
    return Contact("".join(told), tuple(FIGURE.findall(bare)), programmes)


def may_have_contact(low: str, words: Collection[str]) -> bool:
    """Whether a lower-case text holds any sign of a contact at all; `words` are those of CONTACT_WORDS that stand in it."""
    if "@" in low or "at)" in low or "at]" in low or any(word in CHATS for word in words):
        return True
    return bool(words) and NUMBER.search(low) is not None


def besides_contact(sentence: str) -> str:
    """The clauses of a contact sentence that tell something else; an ad may be one sentence."""
    rest = [clause for clause in CLAUSE.split(sentence) if not _about_contact(clause)]
    text = EDGES.sub("", "".join(rest))
    return text if units(text) >= 16 else ""


def _about_contact(clause: str) -> bool:
    low = clause.lower()
    return _masked(clause) is not None or any(word in low for word in (*ASKS, *CHATS))


def _masked(sentence: str) -> str | None:
    """The sentence without mail addresses, numbers and chat names; None when it has none."""
    low = sentence.lower()
    mails = "@" in low or "at)" in low or "at]" in low
    chats = any(word in low for word in CHATS)
    asks = chats or any(word in low for word in ASKS)
    if not (mails or asks) or len(sentence) > LONGEST_CONTACT:
        return None
    bare, found = MAIL.subn(" ", sentence) if mails else (sentence, 0)
    if chats:
        bare, more = CHAT.subn(" ", bare)
        found += more
    if asks:
        bare, more = PHONE.subn(" ", bare)
        found += more
    return bare if found else None
