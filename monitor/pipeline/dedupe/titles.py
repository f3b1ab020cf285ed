"""titles: what does a headline say, without the site's name and without "Updated:"?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .listed import listed
from .normalise import compact, normalise, units
from .words import MONTHS

LEAST_TOLD = 24  # units
LONGEST_TITLE = 400  # characters; what is longer is no headline
SUFFIX = re.compile(r"\s*(?:\s[-|–·»>]+\s|[_|]\s*)(?P<site>[^_|]{1,40})$")
FORWARD = re.compile(
    r"^(?:\s*(?:fwd?|re|aw|wg|转发|转载|转|分享|推荐|回复)\s*[:】\])]\s*|\s*[\[【(](?:转载|转发|转|图|图文|组图|视频|独家|热点|置顶|推荐)[\]】)]\s*)+",
    re.IGNORECASE,
)
MARKERS = listed(
    """
    延期 延长 顺延 推迟 更正 修订 修改 勘误 补充 调整 变更 更新 重新发布 最新修订
    """
)
FRAME_ZH = listed(
    """
    关于 开展 组织 做好 申报 报名 征集 推荐 申请 受理 提交 工作 时间 截止 日期 期限 有关 相关 事项 的
    公开 遴选 选拔 评选 招募 通知 公告 启事 说明 通告 指南 发布 公布 印发 启动
    """
)
FRAME = re.compile(  # what headlines of notices say beside their subject
    "|".join((*MARKERS, *FRAME_ZH))
    + r"|\b(?:updated?|extended|extension|postponed|rescheduled|deadline|closing|date|calls?|opens?|now|notice"
    r"|the|an?|of|for|to|applications?)\b",
    re.IGNORECASE,
)
TAG = re.compile(r"^\s*(?:\[[^\]\d第]{2,24}\]|【[^】\d第]{2,12}】)\s*(?=\S)")  # a list's or a column's name
ISSUER = re.compile(r"^[^关]{2,30}(?=关于)")
MARKERS_EN = re.compile(
    r"\b(?:updated?|corrected|correction|extended|extension|revised|revision|amended|amendment|postponed|rescheduled|erratum)\b",
    re.IGNORECASE,
)
MARKED_FRAME = re.compile(
    r"^\s*(?:[【\[(]?(?:最新)?(?:延期|更正|修订|更新|补充|勘误|变更|调整|updated?|corrected|correction|extended|revised|amended)(?:公告|通知|版)?[】\])]?\s*:?\s*)(?=\S)"
    r"|^关于(?:延长|调整|更正|变更|推迟)[^:]{0,16}(?:的)?(?:通知|公告|说明)\s*:\s*"
    r"|\s*[(\[【](?:延期|更正|修订|修订版|更新|更正版|updated?|corrected|correction|extended|revised|amended)[)\]】]\s*$",
    re.IGNORECASE,
)
ABOUT_ITSELF = re.compile(
    r"通知|公告|版本|时间|日期|截止|报名|申报|有误|原文|earlier|previous|deadline|version|article|notice|closing|date\b",
    re.IGNORECASE,
)
DAY = re.compile(  # a year in a date to keep is not the year of the call
    rf"\d{{1,2}} (?:{'|'.join(name[:3] for name in MONTHS)})[a-z]*\.? (?:19|20)\d\d"
    r"|(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Title:
    """A headline, bare of suffix and markers; `marked` when it says that it is a new version."""

    text: str
    norm: str
    marked: bool
    years: frozenset[str]
    weight: int
    tag: str = ""

    @property
    def subject(self) -> str:
        """What a notice is about: its headline without the words that say what is announced of it."""
        return compact(FRAME.sub(" ", ISSUER.sub("", self.text)))


def parse_title(title: str) -> Title:
    """Reads a headline."""
    text = " ".join(normalise(title[:LONGEST_TITLE]).split())
    text = FORWARD.sub("", text)
    marked = says_updated(text)
    tag = _tag_of(text)
    text = text[len(tag) :]
    bare = MARKED_FRAME.sub("", text)
    bare = without_site(bare or text)
    norm = compact(bare)
    return Title(bare, norm, marked, frozenset(YEAR.findall(DAY.sub(" ", bare))), units(norm), compact(tag))


def _tag_of(title: str) -> str:
    """The name of a column or list in brackets before a headline that tells enough by itself, or an empty string."""
    found = TAG.match(title)
    return found[0] if found and units(compact(title[found.end() :])) >= LEAST_TOLD else ""


def without_site(title: str) -> str:
    """The title without "_site" or " - Site Name" behind it; a figure behind the dash is no site."""
    for _ in range(2):
        found = SUFFIX.search(title)
        if not found or units(title[: found.start()]) < 8 or any(sign.isdigit() for sign in found["site"]):
            break
        title = title[: found.start()]
    return title


def says_updated(text: str) -> bool:
    """Whether a headline or first sentence says that it changes an earlier text."""
    return any(mark in text for mark in MARKERS) or MARKERS_EN.search(text) is not None


def announces_change(sentence: str) -> bool:
    """Whether a short sentence in the text says that the text was changed, and not something in the world."""
    return units(sentence) <= 120 and says_updated(sentence) and ABOUT_ITSELF.search(sentence) is not None
