"""rest: what shows a text that is none of the kinds an analyst asks for?"""

from __future__ import annotations

from typing import Final

from ...domain.hit import Kind
from .cue import cue

_OTHER: Final = Kind.OTHER

_FORMS: Final = (
    cue(
        _OTHER, 2.5, "encyclopaedia",
        r"wikipedia|was (?:established|founded|created) (?:in|by) |is a (?:program|programme|"
        r"plan) (?:by|of|run|established)|talent recruitment programs?\. ?\[",
        r"programs? (?:mainly )?recogni[sz]es|\[\d\]\[\d\]|grew out of",
    ),
    cue(
        _OTHER, 2.5, "guidance on disclosure",
        r"disclos\w+ (?:checklist|requirement|form|polic)|have you (?:applied|been)|"
        r"research security|must disclose|if unsure",
        r"foreign (?:talent|government) (?:recruitment )?programs? (?:are|is|polic)|enforcement|"
        r"department of justice|china initiative",
    ),
    cue(_OTHER, 2.5, "forum talk", r"求助|楼主|值得.{0,4}吗|网友|有没有人|怎么样啊|哪个[^。\n]{0,8}[?？]|anyone (?:know|"
        r"here)|\bimho\b"),
    cue(
        _OTHER, 2.0, "self-portrait",
        r"(?:本|我|该)?公司(?:成立于|是|先后|聚集|拥有|主营|致力)|我们是|自成立|研发团队|被认定为|"
        r"入选[“\"]?\d{4}国家|团队拥有|我所(?!在)",
        r"(?:人才|队伍|科研)(?:培养和)?队伍|固定人员|(?:核心|研究)人员由|研究队伍|"
        r"形成了?(?:一支)?由|课题主持人|重视[^。\n]{0,10}人才",
    ),
    cue(
        _OTHER, 1.2, "camp, club, game or shop",
        r"夏令营|小学|家长|游戏|小说|第一卷|角色|\bclub|reading group|"
        r"campus notice|essay prize",
        r"门票|景区|购票",
    ),
    cue(_OTHER, 1.2, "essay", r"改革开放(?:以来|之初)|近些年|尽管|brain drain|however, critics|综上|历程|神话|"
        r"传说"),
)  # fmt: skip
# Talk, tales, shop windows, definitions and warnings: they recruit nobody and decide nothing.
_TALK: Final = (
    cue(
        _OTHER, 2.5, "one person's talk",
        r"有人知道吗?|有没有(?:人|遇到)|求(?:解答|过来人|问|推荐)|各位(?:前辈|大佬|老师们)|评论区|(?:以上)?(?:是|"
        r"仅)?个人(?:看法|观点)|不喜勿喷|靠(?:不靠)?谱|我觉得|吓得我|"
        r"大家[^。\n]{0,10}[?？]|(?:二|三)楼:|我导师|转发:|听说[^。\n]{2,30}[,，。]",
        r"\bdear diary|has anyone|does anyone|\bi think\b|\bmy (?:supervisor|advisor|boss) |\blol\b|\bimho\b|just my opinion",
    ),
    cue(
        _OTHER, 2.0, "tale or verse",
        r"第[一二三四五六七八九十百\d]{1,4}章\s?[^\n]{0,12}\n[^。\n]{0,60}(?:了|着|他|她)|[。”](?:他|"
        r"她)[^。\n]{0,20}(?:了|着)|声音(?:沙哑|低沉)|"
        r"boss|副本|玩家|掉落|攻略|gamers?\b",
        r"\bpoem\b|\bchapter (?:one|\d+)\b|once upon|(?:he|she) (?:whispered|sighed|murmured)|thee\b|house rules",
    ),
    cue(
        _OTHER, 2.0, "definition",
        r"(?:^|\n)[^。，\n]{1,16}(?:是|指|即)(?:指|中国|古代|日|一种|由|我国)[^。\n]{4,}[。，]|古称|最早见于|又称|神话|"
        r"神兽|成语|后世|比喻",
        r"(?:^|\n)(?:glossary|see also|categories)\b|\bsee also:|was a chinese state programme|is a symbol of|"
        r"what is (?:the|an?) [^?\n]{3,60}\?|first (?:held|used) in \d{4}|refers to",
        most=1,
    ),
    cue(
        _OTHER, 2.0, "guidance to staff",
        r"must be disclosed|(?:you|faculty|researchers|staff) (?:should|must) (?:be aware|report|disclose|consult|"
        r"contact)|export[- ]control|red flags|conflicts? of commitment|"
        r"do i need (?:to|approval)|outside activit|malign foreign|foreign entity of concern|"
        r"if you have been (?:approached|offered)|before you (?:sign|accept)",
        most=2,
    ),
    cue(
        _OTHER, 2.0, "shop window",
        r"公司(?:简介|介绍|概况)|(?:创立|成立|始建)于\d{4}年|是一家|占地|员工\d+余?人|产品(?:远销|畅销)|立减|先到先得|"
        r"录取率|单位净值|累计净值|收益率|风险等级|投资有风险|入市需谨慎|"
        r"版权所有|网站地图|隐私政策|icp备|谨防上当|从未授权|风险投资机构|已投资[^。\n]{0,6}家",
        r"\babout us\b|our mission|served customers|all rights reserved|privacy policy|tickets? (?:are|cost|from)|"
        r"dress code|all proceeds|annual charity|charity dinner|visit our",
        most=2,
    ),
)  # fmt: skip
REST: Final = (*_FORMS, *_TALK)
