"""contact: which sentences tell how to get in touch, and what do they say besides?

A reposted ad changes its telephone number and the name beside it; it is the same ad. What such a sentence says beyond
the contact - a date, an amount - still counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .listed import listed

LONGEST_CONTACT = 2_000  # characters; a longer sentence is no contact line
MAIL = re.compile(r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
PHONE = re.compile(
    r"(?<![\d.$£€¥/])(?!(?:19|20)\d\d[ -](?:19|20)\d\d(?!\d))"
    r"(?:\+\d{1,3}[ -]?)?(?:\(0?\d{2,4}\)[ -]?|0\d{2,3}[ -])?\d{3,4}[ -]?\d{4}(?:[ -]?\d{1,5})?"
    r"(?!\d|\.\d|%|\s*(?:元|万|亿|人|名|年|月|million|people))|(?<!\d)1[3-9]\d{9}(?!\d)"
)
CHAT = re.compile(
    r"(?:微信|加v|vx|v信|qq群?)\s*(?:号|同号)?\s*:?\s*[A-Za-z\d][\w-]{4,}"
    r"|(?:wechat|whatsapp|telegram|skype|line id|signal)\s*(?:id|number|no)?\.?\s*(?::\s*[\w@+-]{4,}|(?=[\w-]*\d)[\w+-]{5,})",
    re.IGNORECASE,
)
LINK = re.compile(r"https?://\S+|www\.\S+")
ASKS = listed(
    """
    电话|手机|联系|热线|咨询|邮箱|传真|phone|tel:|tel.|tel |call|contact|e-mail|email|fax|mobile|enquir|inquir
    """,
    "|",
)
CHATS = listed("微信 加v vx v信 qq wechat whatsapp telegram skype signal line")
FIGURE = re.compile(r"\d[\d.:/]*\d%?|\d%?")
NOISE = re.compile(r"(?:转|ext\.?)\s*\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact sentence: as it stands, and the figures in it that are no contact."""

    text: str
    figures: tuple[str, ...]


def contact_of(sentence: str) -> Contact | None:
    """The contact in a normalised sentence, or None when it tells of none."""
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
    if not found:
        return None
    bare = NOISE.sub(" ", LINK.sub(" ", bare))
    return Contact(sentence, tuple(FIGURE.findall(bare)))
