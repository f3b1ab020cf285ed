"""papers: which document numbers stand in the text, and how can its writers be reached?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..later import later
from .page import SENTENCE, Near, Page

_YEAR_AND_NUMBER: Final = later(r"[〔\[(【［]\s?(?P<year>(?:19|20)\d{2})\s?[〕\])】］]\s?第?\s?(?P<no>\d{1,5})\s?号")
_OFFICE: Final = later(r"(?P<office>[一-鿿]{1,14}(?:\([一-鿿]{1,4}\))?)\s?$")
_OFFICE_REACH: Final = 22  # fourteen characters, a bracket, a space: the office is looked for from its number backwards
_LEAD: Final = later(
    r"^.*?(?:根据|依据|按照|参照|遵照|贯彻|落实|执行|印发|按|见|以及|以|和|与|及|的|据|关于|"
    r"原|文件|文号|字号|编号|发文|通知|转发|现将|废止|同时|《|》|由|年|月|日|为|如|等|在|依)"
)
_CITED: Final = later(r"根据|依据|按照|参照|遵照|贯彻|落实|执行|据|废止|依|见|按|符合|参见|转发|以及|和$|与$")

_FORWARDED: Final = later(r"[现兹]将[^》\n]{0,60}》[\s(（]{0,2}$")
_TITLED: Final = later(r"^[^》\n，]{0,60}》[\s(（]{0,2}$")
_TOP: Final = 120  # code points in which a text's title stands
_ISSUED: Final = later(r"[)）]?\s?(?:印发|下发|发给|转发给|予以|发布)")  # 现将《…》(文号)印发给你们: its own
_HEADING: Final = later(r"[)）]?\s?(?:\n|$)")  # a title of its own line with its number behind

_MAIL: Final = later(
    r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}\s?(?:@|\(at\)|\[at\]| at (?=[a-z0-9-]{2,30}(?: dot |"
    r"\.)[a-z]{2,})|#(?=[a-z0-9-]+\.(?:edu|com|org|cn)))\s?"
    r"[a-z0-9-]{1,63}(?:(?:\.| dot )[a-z0-9-]{2,63}){1,4}"
)
_MAIL_NEAR: Final = Near(_MAIL, later(r"@|at|#"), 72, 340)
_MASKED: Final = later(r"\*{2,}|x{3,}|•{2,}|\.{3,}@")
_PHONE_LABEL: Final = later(
    r"(?:电话|手机|座机|热线|传真|联系方式|联系电话|咨询|致电|拨打|"
    r"(?<![a-z])(?:tel(?:ephone)?s?|phones?|mobile|cell|call(?: us)?(?: on| at)?|fax|hotline|"
    r"dial|whatsapp|ring|mob|[tpm](?=[:.])))"
    r"[a-z\s(]{0,12}\)?\s?[.:]?\s{0,3}(?:[一-鿿]{0,8}[:\s]{0,3})?$"
)
_PHONE: Final = later(
    r"(?<![a-z0-9_.,@/-])(?:\+\d{1,3}[\s.-]?)?(?:\(0?\d{1,4}\)[\s.-]?)?\d{2,5}(?:[\s.-]\d{2,8}){0,4}(?:\s?(?:转|"
    r"ext\.?|x)\s?\d{1,5})?(?![a-z0-9_@%]|[.,]\d)"
)
_PHONE_NEAR: Final = Near(_PHONE, later(r"\d\d"), 16, 60)
_YEARS: Final = later(r"(?:(?:19|20)\d{2}[\s.-]?){1,2}(?:\d{1,2}[.-]?\d{0,2})?")
_MOBILE: Final = later(r"1[3-9]\d(?:[\s-]?\d{4}){2}|1[3-9]\d{9}")
_SPOKEN_FOR: Final = later(r"联系人[^，。；\d]{0,8}[,，、: ]{1,2}$")
_LANDLINE: Final = later(
    r"\(?[2-9]\d{2}\)?[ .-]\d{3}[.-]\d{4}|\(?0\d{2,3}\)?[\s-]\d{3,4}[\s-]?\d{3,4}(?:-\d{1,5})?|\+\d{1,3}[\s.()-]*\d[\d\s.()-]{5,15}"
)
_WECHAT: Final = later(
    r"(?:微信|weixin|wechat|wx|薇信|vx|"
    r"v信)(?:\s?id)?[^。；;\n]{0,12}?[:：\s\"'“「(]{1,3}(?:is |"
    r"at )?(?=[a-z0-9_\"“])[\"“]?[a-z][a-z0-9_-]{3,24}|"
    r"(?:微信|wechat)(?:同号|号(?:同|即|为|是)|\s?(?:qr|same))|(?:加|"
    r"添加)[^。；;\n]{0,4}(?:微信|wechat)\s?[a-z0-9_-]{4,24}|"
    r"(?:扫|二维码|qr)[^。；;\n]{0,16}(?:微信|wechat|顾问|进群|入群|添加)|(?:微信|"
    r"wechat)[^。；;\n]{0,10}(?:扫|二维码|qr)"
)
_WECHAT_NEAR: Final = Near(_WECHAT, later(r"微信|weixin|wechat|wx|薇信|vx|v信|二维码|qr|扫"), 12, 60)


def document_numbers(page: Page) -> Iterator[dict[str, object]]:
    """文号 with their role: the text's own, or one it cites."""
    own = False
    for hit in _YEAR_AND_NUMBER.finditer(page.plain):
        reach = max(0, hit.start() - _OFFICE_REACH)
        found = _OFFICE.search(page.plain[reach : hit.start()])
        if found is None:
            continue
        lead = _LEAD.match(found["office"])
        start = reach + found.start() + (lead.end() if lead else 0)
        office = page.shape[start : reach + found.end("office")]
        if not office.strip("()"):
            continue
        value = f"{office}〔{hit['year']}〕{int(hit['no'])}号"
        cited = own or _is_cited(page, start, hit.end())
        own = own or not cited
        yield page.fact("document-number", start, hit.end(), value=value, role="cited" if cited else "own")


def _is_cited(page: Page, start: int, end: int) -> bool:
    ahead = page.before(start, 60, SENTENCE)
    if _CITED.search(ahead[-40:]):
        return True
    if (_FORWARDED.search(ahead) and _ISSUED.match(page.plain, end)) or (
        start < _TOP and _TITLED.search(ahead) and _HEADING.match(page.plain, end)
    ):
        return False
    bracketed = re.search(r"[》」\"”][\s(（]{0,2}$", ahead) is not None
    return (
        bracketed
        or re.match(r"\s?[)）]?\s?(?:文件|精神|要求|规定|文$|文[，。])", page.plain[end : end + 6]) is not None
    )


def contact(page: Page) -> dict[str, object] | None:
    """Whether a mail address, a phone number or a WeChat id stands in the text; never which."""
    mail = any(not _MASKED.search(hit[0]) and not _hidden(page, hit) for hit in _MAIL_NEAR.finditer(page.plain))
    phone = any(_is_phone(page, hit) for hit in _PHONE_NEAR.finditer(page.plain))
    wechat = any(True for _ in _WECHAT_NEAR.finditer(page.plain))
    if not (mail or phone or wechat):
        return None
    return {"fact": "contact", "mail": mail, "phone": phone, "wechat": wechat}


def _hidden(page: Page, hit: re.Match[str]) -> bool:
    """A mask before the sign, or a social handle."""
    return page.plain[max(0, hit.start() - 1) : hit.start()] in ("*", "•", "/")


def _is_phone(page: Page, hit: re.Match[str]) -> bool:
    digits = sum(char.isdigit() for char in hit[0])
    if not 6 <= digits <= 16 or page.plain[hit.end() : hit.end() + 1] == "*":
        return False
    if _YEARS.fullmatch(hit[0].strip()):
        return False
    if _MOBILE.fullmatch(hit[0].strip()) or _LANDLINE.fullmatch(hit[0].strip()):
        return not re.search(
            r"(?:isbn|issn|doi|编号|no\.?|订单|账号|卡号|专利号?)\W{0,3}$",
            page.plain[max(0, hit.start() - 12) : hit.start()],
        )
    ahead = page.plain[max(0, hit.start() - 28) : hit.start()]
    return _PHONE_LABEL.search(ahead) is not None or (digits in (7, 8, 11) and _SPOKEN_FOR.search(ahead) is not None)
