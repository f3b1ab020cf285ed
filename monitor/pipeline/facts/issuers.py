"""issuers: which bodies speak in the text, and which run the programme?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..later import later
from .page import Near, Page

_SUFFIX: Final = (
    r"(?:人民政府|政府|办公厅|办公室|领导小组|工作组|专班|组织人事部|组织部|人事处|人事部|"
    r"人才办|人社局|科技局|管理委员会|管委会|委员会|"
    r"人力资源部|党委|局|厅|部|中心|大学|学院|研究院|研究所|实验室|有限公司|公司|集团|协会|"
    r"学会|联合会|促进会|基金会|医院|党工委|市委|省委|区委|县委|"
    r"人才服务站|处|学校|科学院|工程院|交流会|商会|联盟|委|办)"
)
_ORG: Final = rf"[一-鿿](?:[一-鿿·]|\([一-鿿]{{1,10}}\)){{1,28}}?{_SUFFIX}"
_BODY: Final = later(_ORG)
_TOKEN: Final = later(r"[^\s，。；;:：!！?？、|]{3,34}")
_NOT_BODY: Final = later(
    r"^(?:各|关于|根据|请|由|对|为|以|将|按|在|经|与|及|向|附件|联系|地址|年|月|日|第|从|我|"
    r"本|该|其|有|凡|近日|日前|记者|通过|推荐|申请|填写|全国|"
    r"某|一家|知名|头部|世界|海外|国内|优秀|高层次|国家级|省级|市级)|[的了是在]|某|有关|相关|"
    r"单位$|干部$|内部|全部|大部|中部|东部|西部|南部|北部|外部|总部$|"
    r"日报|晚报|电视台|通讯社|新华社|(?:申报|报名|招聘|咨询|联系|受理)(?:部门|单位|处)?$|"
    r"[0-9]|报.{0,4}(?:局|部|办|厅|处|中心)$"
)
_DATE_TOKEN: Final = later(
    r"(?:19|20|二〇|"
    r"二零)[\d〇零一二三四五六七八九]{2}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日(?:印发|"
    r"发布)?|"
    r"(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}"
)
_SPEAKS: Final = later(
    rf"(?:^|(?<=[\n。；!！?？\s】|]))(?:现|因[^，。]{{0,12}}需要，)?(?P<org>{_ORG})(?:\([^()]{{1,20}}\))?"
    r"(?:[一-鿿\d]{0,12}年度?)?(?:现|拟|面向[^，。；]{1,16}|公开|全球|诚挚|长期|计划|常年|"
    r"\s)*(?:诚聘|招聘|招募|诚邀|征集|引进[^了]|招收)"
)
_SPEAKS_NEAR: Final = Near(_SPEAKS, later(r"招聘|诚聘|招募|诚邀|征集|引进|招收"), 150, 4)
_HIRES: Final = later(
    r"(?:^|(?<=\n))(?:【[^】]{1,20}】)?\s?(?P<org>(?![^\n]{0,12}(?:年度?|某|关于|急|高薪|公开|"
    r"现|全球|通知))[一-鿿A-Za-z]{2,14}?)(?:\([^()\n]{1,12}\))?(?:现|面向[^，。]{1,12}|公开|"
    r"全球|诚意)*(?:招聘|诚聘|招募)"
)
_RELIES: Final = later(rf"(?:依托|借助)(?P<org>{_ORG})(?:共同|联合|作为[^，。]{{0,8}})?(?:申报|申请|平台)")
_STATED: Final = later(
    rf"(?:发布单位|发布机构|发文机关|发文单位|发布部门|招聘单位|用人单位|招聘机构|制定机关|"
    rf"信息来源|落款|签发单位|印发机关|公告单位)\s?:\s?(?P<org>{_ORG})"
)
_TITLE: Final = later(
    rf"(?:^|(?<=[\n　。\s、]))(?P<org>{_ORG})(?:(?:等[一二三四五六七八九十]+(?:部门|"
    rf"单位))?关于[^\n。]{{2,60}}的(?:通知|公告|通告|意见|函|公示|决定|办法|启事))"
)
_TITLE_NEAR: Final = Near(_TITLE, later(r"关于"), 64, 90)
_PRINTS: Final = later(
    rf"(?:^|(?<=[\n。，；\s]))(?:近日|日前|今日|昨日)?，?(?P<org>{_ORG})(?:近日|日前|昨日|今日|"
    rf"联合|共同|正式|于?[\d年月日]{{2,11}})*(?:印发|发布|公布|出台|下发|公示)(?!会)(?:了)?"
)
_PRINTS_NEAR: Final = Near(_PRINTS, later(r"印发|发布|公布|出台|下发|公示"), 110, 6)
_RUNS: Final = later(
    rf"由(?P<org>{_ORG})(?:负责)?(?:统一|直接|联合|共同)?(?:发起|主管|主办|牵头|组织实施|实施|管理|主导|设立|资助|出资|负责|统筹|"
    rf"推动)(?!解释)"
)
_IN_CHARGE: Final = later(
    rf"(?:^|(?<=[\n。；]))(?P<org>{_ORG})(?:具体)?(?:负责|承担)[^，。；\n]{{0,10}}(?:计划|项目|专项|"
    rf"工程)[^，。；\n]{{0,6}}(?:实施|管理|组织|受理|评审)"
)
_HOSTS: Final = later(rf"(?:主办单位|主管单位|主管部门|牵头单位|组织单位|资助单位|管理单位)\s?:\s?(?P<org>{_ORG})")

_IN_CHARGE_NEAR: Final = Near(_IN_CHARGE, later(r"负责|承担"), 50, 24)
_SIGNERS: Final = 300  # code points before a date in which the bodies that sign stand
_SIGNED_TOKENS: Final = Near(_TOKEN, _DATE_TOKEN, _SIGNERS, 8)
_SEAL: Final = later(r"\(?(?:盖章|公章|章|代章)\)?")
_STRUNG: Final = later(rf"(?:^|(?<=[\n。，；：:\s、]))(?P<org>{_ORG})[、 ]\s?$")
_HAN: Final = later(r"[一-鿿]")
_KEY_EN: Final = (
    r"(?:University|Universities|Institute|Bureau|Department|Office|Committee|Ministry|"
    r"Academy|College|Centre|Center|Agency|Government|"
    r"Commission|Laboratory|Lab|Foundation|Company|Group|HR|Ltd|Inc|Corp|Corporation|"
    r"Consulting|Recruitment|Recruiting|Hospital|School|"
    r"Association|Council|Administration|Authority|Talent|Talents|Search|Partners|Careers|"
    r"Headhunters|Consultants|Technologies|Federation|Co)"
)
_CAP: Final = r"[A-Z][\w&'-]*"
_ORG_EN: Final = (
    rf"(?:{_CAP} (?:(?:of|for|and|&|the|on|in) (?:the )?)?){{0,9}}{_KEY_EN}(?![a-z])"
    rf"(?: (?:of|for)(?: the)?(?: (?:{_CAP}|and|of|the))*? ?{_CAP}(?: (?:and |& )?{_CAP})*)?"
)
_PART_EN: Final = later(r"(?:School|College|Faculty|Department|Institute|Office|Centre|Center|Division) (?:of|for) ")
_OF_EN: Final = later(
    rf", (?:{_CAP} (?:(?:of|for|and) (?:the )?)?){{0,5}}(?:University|Institute|Academy|College)(?: of {_CAP}(?: (?:and )?{_CAP})*)?"
)
_SPEAKS_EN: Final = later(
    rf"(?:^|(?<=[\n.!?:|] )|(?<=\n)|(?<=[Tt]he )|"
    rf"(?<=At ))(?P<org>{_ORG_EN})(?: \([^()]{{1,30}}\))?(?:, (?:in )?[A-Z][\w' ]{{2,24}},?)? ?"
    r"(?:issue[sd]|allocate[sd]|invites?|is (?:now )?(?:recruiting|seeking|hiring|looking|inviting|accepting)|seeks?|"
    r"helps?|announces?|hereby|welcomes?|calls? for|offers?|"
    r"recruits?|now recruits|has opened|opens|is pleased|we are|publishes|published|will (?:recruit|select|accept))"
)
_BY_EN: Final = later(
    rf"(?:(?:issued|published|released|posted|announced|signed) by(?: the)?|(?:Issued by|"
    rf"Issuer|Issuing (?:body|authority)|Employer|Posted by|Host institution|Institution|"
    rf"Organi[sz]ation|Publisher):) ?(?:the |The )?(?P<org>{_ORG_EN})"
)
_RUN_EN: Final = later(
    rf"(?:[Rr]un|[Aa]dministered|[Oo]verseen|[Mm]anaged|funded|financed|led|operated|launched|organi[sz]ed|"
    rf"sponsored|paid for|supervised|co-?ordinated)(?: jointly)? by (?:the |The |"
    rf"China's )?(?P<org>{_ORG_EN})"
)
_JOB_EN: Final = later(
    rf"^[^\n]{{0,90}}?(?:[Pp]ostdoc\w*|[Pp]rofessor\w*|[Ff]aculty|[Pp]osition\w*|[Ff]ellow\w*|"
    rf"[Ss]cientist|[Rr]esearcher|[Ee]ngineer|[Ll]ecturer|[Vv]acanc\w+|"
    rf"[Jj]ob)[^\n]{{0,60}}?(?:,| at(?: the)?| -| \||:|\() ?(?P<org>{_ORG_EN})"
)
_SIGN_EN: Final = later(
    rf"(?:^|(?<=\n))(?:The )?(?P<org>{_ORG_EN})(?=,? ?(?:\n|$)|"
    rf"[,.]? \(?(?:\d{{1,2}} [A-Z][a-z]+ \d{{4}}|[A-Z][a-z]+ \d{{1,2}}, \d{{4}}))"
)
_OFFICE_EN: Final = later(
    r"(?:^|(?<=[\n.] )|(?<=\n)|(?<=The )|"
    r"(?<=the ))(?P<org>(?:[A-Z][a-z']+ ){1,3}(?:[a-z]+ ){0,3}(?:office|bureau|department|"
    r"committee|government)) "
    r"(?:issued|published|announced|invites|calls|released|seeks|opens|opened|launched|will|rewards|offers|pays)"
)
_OVERSEES_EN: Final = later(
    rf"(?:^|(?<=[\n.] )|(?<=\n)|(?<=The )|(?<=the )|(?<=China's ))(?P<org>{_ORG_EN})(?: also)? "
    r"(?:runs|oversees|manages|administers|funds|finances|pays for|operates|co-?ordinates)"
)
_TITLE_EN: Final = later(
    rf"(?:^|(?<=\n))(?:Notice|Circular|Announcement|Measures|Call|Rules|Notification) (?:of|from|by) (?:the )?(?P<org>{_ORG_EN})"
)
_KEY: Final = later(_KEY_EN)
_OFFICE_WORD: Final = later(r"office|bureau|department|committee|government")
_ISSUING_EN: Final = (
    Near(_SPEAKS_EN, _KEY, 220, 220),
    Near(_OFFICE_EN, _OFFICE_WORD, 120, 24),
    *(Near(pattern, _KEY, 260, 220) for pattern in (_BY_EN, _TITLE_EN, _SIGN_EN)),
)
_RUNNING_EN: Final = (Near(_RUN_EN, _KEY, 260, 220), Near(_OVERSEES_EN, _KEY, 220, 220))
_LEADING: Final = later(
    r"(?:(?:Notice|Circular|Announcement|Call|Decision|Measures|Rules) (?:of|from|by) )?(?:[Tt]he )?"
)
_VAGUE_EN: Final = later(
    r"^(?:Chinese Government|Central Government|Government|University|Our|This|A|An|Talent|"
    r"Talents|Group|School|Company|Department|Office|Institute|Center|Centre)$|Newspaper|"
    r"News Agency|Venture|Young Talent|Talents? (?:Plan|Program)"
)


def issuers(page: Page) -> list[dict[str, object]]:
    """Each body once: those who issue first, then those who run."""
    found: dict[str, dict[str, object]] = {}
    for role, spans in (("issues", _issuing(page)), ("runs", _running(page))):
        for first, end in spans:
            start = first + _lead(page.shape, first)
            name = page.text[start:end].strip()
            if name not in found:
                found[name] = page.fact("issuer", start, end, name=name, role=role)
    return list(found.values())


def _lead(shape: str, first: int) -> int:
    """How long `Notice of the` is where a name begins with it."""
    found = _LEADING.match(shape, first)
    return found.end() - first if found else 0


def _issuing(page: Page) -> Iterator[tuple[int, int]]:
    yield from _issuing_zh(page) if _HAN.search(page.plain) else ()
    yield from _issuing_en(page)


def _issuing_zh(page: Page) -> Iterator[tuple[int, int]]:
    yield from _signatures(page)
    for pattern in (_SPEAKS_NEAR, _RELIES, _STATED, _TITLE_NEAR, _PRINTS_NEAR):
        for hit in pattern.finditer(page.plain):
            if _sound(hit["org"]):
                yield hit.span("org")
                yield from _companions(page, hit.start("org"))
    hires = _HIRES.match(page.plain)
    if hires is not None and not _generic(hires["org"]) and not _BODY.fullmatch(hires["org"]):
        yield hires.span("org")


def _issuing_en(page: Page) -> Iterator[tuple[int, int]]:
    for pattern in _ISSUING_EN:
        for hit in pattern.finditer(page.shape):
            if not _VAGUE_EN.search(hit["org"]):
                yield _whole(page, hit)
    job = _JOB_EN.match(page.shape)
    if job is not None and not _VAGUE_EN.search(job["org"]):
        yield _whole(page, job)


def _whole(page: Page, hit: re.Match[str]) -> tuple[int, int]:
    """The span of a body, a school with the university that it belongs to."""
    start, end = hit.span("org")
    of = _OF_EN.match(page.shape, end) if _PART_EN.match(hit["org"]) else None
    return start, of.end() if of else end


def _companions(page: Page, end: int) -> Iterator[tuple[int, int]]:
    """甲局、乙局关于…的通知: the bodies strung before the one at `end` by a list's comma or a space."""
    for _ in range(8):
        before = _STRUNG.search(page.plain, max(0, end - 40), end)
        if before is None or not _sound(before["org"]):
            return
        yield before.span("org")
        end = before.start("org")


def _running(page: Page) -> Iterator[tuple[int, int]]:
    for pattern in (_RUNS, _IN_CHARGE_NEAR, _HOSTS) if _HAN.search(page.plain) else ():
        for hit in pattern.finditer(page.plain):
            if _sound(hit["org"]):
                yield hit.span("org")
    for hit in (hit for pattern in _RUNNING_EN for hit in pattern.finditer(page.shape)):
        if not _VAGUE_EN.search(hit["org"]):
            yield hit.span("org")


def _signatures(page: Page) -> Iterator[tuple[int, int]]:
    """Bodies that stand alone before a date: those who sign, one or several."""
    waiting: list[tuple[int, int]] = []
    last = 0
    for token in _SIGNED_TOKENS.finditer(page.plain):
        if "\n\n\n" in page.plain[last : token.start()] or token.start() - last > _SIGNERS:
            waiting = []
        last = token.end()
        if _DATE_TOKEN.fullmatch(token[0].strip("()")):
            yield from waiting
            waiting = []
        elif _BODY.fullmatch(token[0]) and _sound(token[0]) and _alone(page, token):
            waiting.append(token.span())
        elif waiting and not _SEAL.fullmatch(token[0]):
            waiting = []


def _alone(page: Page, token: re.Match[str]) -> bool:
    """A body that signs is set off by spaces, not by punctuation behind it."""
    behind = page.plain[token.end() : token.end() + 1]
    return behind in ("", " ", "\n")


def _sound(name: str) -> bool:
    return _NOT_BODY.search(name) is None and 3 <= len(name) <= 32


def _generic(name: str) -> bool:
    return (
        re.search(r"人才|岗位|招|博士|公司$|企业|单位|我们|急|高薪|长期|本|全职|兼职|计划|项目|\d", name) is not None
        or len(name) < 2
    )
