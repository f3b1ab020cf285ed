"""signs: what do an address, the data of a page and the words of a part say?"""

from __future__ import annotations

import re
from typing import Final

from ...domain.hit import Kind, Part
from ..later import later

_AD, _POLICY, _NEWS = Kind.RECRUITMENT_AD, Kind.POLICY_DOCUMENT, Kind.NEWS
_PROFILE, _TECHNICAL, _OTHER = Kind.PROFILE, Kind.TECHNICAL, Kind.OTHER


def _tell(kind: Kind, weight: float, name: str, pattern: str) -> tuple[Kind, float, str, re.Pattern[str]]:
    return kind, weight, name, later(pattern)


HOSTS: Final = (
    _tell(_POLICY, 1.2, "government address", r"//[^/]*\.gov(?:\.[a-z]{2})?(?:/|:|$)"),
    _tell(_NEWS, 1.2, "press address", r"//[^/]*(?:news|daily|times|reuters|xinhua|people\.com|ifeng|sina|sohu|163\.com|udn|post|"
        r"press)"),
    _tell(_TECHNICAL, 1.5, "address of code or papers", r"//(?:[^/]*\.)?(?:github|gitlab|gitee|readthedocs|pypi|arxiv|csdn)\."),
    _tell(
        _AD, 1.2, "jobs address",
        r"//[^/]*\b(?:jobs?|careers?|zhaopin|recruit\w*|rencai|hr)\b|/(?:jobs?|careers?|"
        r"recruitment|rczp|zhaopin)(?:/|$)",
    ),
    _tell(_PROFILE, 1.0, "staff page address", r"/(?:people|staff|faculty|teachers?|szdw|~[a-z]+)(?:/|$)"),
    _tell(_OTHER, 1.5, "encyclopaedia address", r"//[^/]*(?:wikipedia|baike|wikimili|wiki)"),
)  # fmt: skip
META: Final = (
    _tell(_NEWS, 2.5, "page data says news", r"newsarticle|article:section|og:site_name=[^ ]*(?:news|日报|新闻|times)"),
    _tell(_NEWS, 0.8, "page data says article", r"og:type=article|article:author|article:published"),
    _tell(_AD, 3.0, "page data says job", r"jobposting"),
    _tell(_PROFILE, 2.5, "page data says person", r"og:type=profile|schema[^ ]*=[^ ]*person|profilepage"),
    _tell(
        _TECHNICAL,
        2.5,
        "page data says paper or software",
        r"scholarlyarticle|techarticle|software(?:sourcecode|application)|citation_title",
    ),
    _tell(
        _NEWS,
        1.5,
        "byline of the press",
        r"byline=[^=]*(?:记者|通讯员|日报|晚报|晨报|时报|商报|新闻|通讯社|新华社|中新社|"
        r"reporter|correspondent|staff writer|news|times|daily|post)",
    ),
    _tell(
        _POLICY, 1.5, "byline of an authority", r"byline=[^= ]*(?:局|厅|委|办|政府|办公室|部|bureau|ministry)(?: |$)"
    ),
    _tell(_POLICY, 1.5, "site of an authority", r"og:site_name=[^ ]*(?:政府|局|厅|委员会|government|ministry|bureau)"),
    _tell(_POLICY, 2.0, "page data says government", r"governmentservice|governmentorganization|legislation"),
)
PARTS: Final = tuple(
    (part, weight, later(pattern))
    for part, weight, pattern in (
        (
            Part.CALL,
            2.0,
            r"申报|征集|推荐[^。\n]{0,12}(?:人选|候选)|报名|call for|nominat|applications? (?:are|is|must|close)",
        ),
        (
            Part.CALL,
            2.5,
            r"^[^\n]{0,60}关于(?:开展|组织|做好|启动|征集)[^。\n]{0,60}(?:申报|推荐|征集|遴选|报名)[^。\n]{0,12}的(?:预?通知|公告|通告)",
        ),
        (Part.CALL, 1.5, r"关于(?:开展|组织|做好|征集|申报)[^。\n]{0,60}(?:通知|公告)|请于[^。\n]{0,30}前"),
        (Part.MEASURE, 2.0, r"办法|措施|细则|意见|预算|方案|专项资金|分配表|工作报告|measures|budget|subsid|policy"),
        (Part.MEASURE, 1.0, r"给予|补助|补贴|安排|奖励|经费"),
        (
            Part.AWARD_LIST,
            4.0,
            r"(?:入选|拟[^。\n]{0,6}|人员|人选|获奖|资助)[^。\n]{0,8}名单|公示|入选人员|award list|"
            r"list of (?:selected|awardees)",
        ),
        (
            Part.RULE,
            4.0,
            r"不得(?:重复|再次?)?(?:申报|申请|推荐)|不再(?:受理|推荐)|限项|may not apply|not eligible|"
            r"ineligible|只能申请",
        ),
    )
)
