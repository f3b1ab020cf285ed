"""press: what shows a journalist's or press office's telling?"""

from __future__ import annotations

from typing import Final

from ...domain.hit import Kind
from .cue import cue

_NEWS: Final = Kind.NEWS

_FORMS: Final = (
    cue(
        _NEWS, 2.5, "reporter's line",
        r"本报讯|【[^】\n]{1,8}[讯电]】|记者[^。\n]{0,12}(?:获悉|从|报道|采访|了解|看到|发现)|图片来源|"
        r"(?<!重新)编译:|[获据]悉[,，]",
        r"(?:新华社|中新社|中新网|中央社|路透社?|法新社|韩联社|美联社|彭博社?)[^。\n]{0,12}(?:电|讯|报道|引述|\d)",
    ),
    cue(
        _NEWS, 2.5, "dateline",
        r"(?:^|"
        r"\n)[A-Z][A-Z ]{3,20}(?:, [A-Z][a-z]+\.?)?,? ?(?:\(?[A-Za-z]+\)?)? ?(?:\d{1,2} [A-Z][a-z]+ \d{4})? ?--? ?",
        cased=True,
    ),
    cue(
        _NEWS, 2.0, "said",
        r"\b(?:said|told|according to (?:a|the|two|people|sources)|(?<!be )reported(?:ly)?|says|"
        r"prosecutors|spokes(?:man|woman|person)|sources say)\b",
    ),
    cue(
        _NEWS, 1.5, "says, in Chinese",
        r"(?<!中)(?<!明确)(?:表示|指出|透露|宣布|(?<![小传学])说|引述|坦言)[,，:“\"「『]|据[^。\n]{2,16}(?:报道|消息|透露|"
        r"介绍)|报告称|(?<!名)(?<!简)称[,，:「“]",
        r"爆出|曝|挖角|窃取|指称|受访|爆料|引述|收到的资料|说法",
        most=2,
    ),
    cue(
        _NEWS, 2.0, "courts and spokesmen",
        r"declined to comment|\bciting\b|responded to (?:questions|a request)|officials (?:confirmed|say)|reuters|news agency",
        r"\b(?:charged|indicted|accused|convicted) (?:with|of|by)|pleaded|起诉|指控|检方|否认|外媒|涉嫌|涉案|调查局|警方",
    ),
    cue(
        _NEWS, 2.0, "money market news",
        r"\bseries [a-f]\b|funding round|\b(?:has )?(?:just )?closed? (?:its|the|a|\$)|"
        r"raise[sd]? \$|led (?:a|the) \$|values? the (?:firm|company)",
        r"fund [ivx]+\b|drug (?:developer|maker)|backed by|\bipo\b|venture (?:capital|closes|"
        r"partners (?:boosts|has|and))|put \$\d|tied up \$",
        r"\$\d[\d.]* ?(?:m|bn|million|billion) (?:in|for|series|round|fund)",
    ),
    cue(
        _NEWS, 2.0, "business news",
        r"融资|获投|领投|战投|上市|净利|营收|募资|出手次数|投资额|财报|冲刺港股|同比|环比|"
        r"工业产值|产经|数据:",
    ),
    cue(
        _NEWS, 1.5, "event that happened",
        r"会见|召开|举行|开幕|(?:在|于)[^。\n]{2,20}(?:启动|开始|举办)|亮相|抵达|出席|完成传递|"
        r"新增\d{1,9}名|传递(?:站|在|于)|传递[^。\n]{0,4}站|第一棒",
        most=2,
    ),
    cue(
        _NEWS, 1.5, "past event in English",
        r"\b(?:was|were) held\b|\bmet with|meets? with|presided|delivered a speech|attended|"
        r"unveil\w+|were live|none answered",
        r"extended (?:a )?warm|congratulated|highly commended|included in the list|"
        r"have been (?:selected|included)|announces? (?:its|the|that)|\bpush(?:es)?\b",
        most=2,
    ),
    cue(
        _NEWS, 1.0, "a day named",
        r"\bon (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\byesterday\b|"
        r"(?:\d{1,2}月)\s?\d{1,2}\s?日[,，至晚下上]|今天|今年(?:以来|上半年)|上半年|季度",
        r"截至\d{4}年\d{1,2}月|日前|近日|昨日|\d月\d日[,，]",
    ),
    cue(_NEWS, 1.0, "headline list", r"\n· [^\n]{6,}", most=2),
    cue(_NEWS, 1.2, "headline words", r"举行|会见|财经|报道|投资|权威信息|通报|盈|涨停|牛市|融资", most=1),
    cue(_NEWS, 2.0, "many headlines as links", r"<li><a href=\"[^\"]*(?:news|\.s?html)", most=2),
    cue(
        _NEWS, 1.0, "numbers of the chosen",
        r"\d{1,9}人(?:次)?入选|名列全国|累计[^。\n]{0,8}\d{1,9}名|达\d{1,9}人|超过?\d{1,9}人|有\d{1,9}人|\d{1,9} experts|"
        r"seven experts|selects? ten thousand",
    ),
)  # fmt: skip
# What only someone who tells others a story writes: who said it, when it happened.
_TELLING: Final = (
    cue(
        _NEWS, 2.0, "reporter at work",
        r"(?:告诉|对|向|接受)[^。\n]{0,10}(?:记者|采访|本报)|记者[一-鿿]{2,6}\s?[/／]|(?:通讯员|见习记者|实习记者|"
        r"记者)[ :一-鿿]{0,6}[)）\s]|"
        r"[报视网社闻][讯电]\s|(?:日|晚|商|时)报[^。\n]{0,6}(?:讯|记者)|快讯:|摄\s?$|新闻网讯?|资料图|图为|"
        r"(?:回应|发言人|负责人|知情人士)(?:称|表示|说)|(?<![名简古])[说称]道?[,，]?[“\"「]|[”\"」]\s?[^。\n]{0,16}(?:说|(?<![名简])称|坦言|表示)",
        r""
        r"told (?:reporters|this newspaper|journalists|the)|requests? for comment|press release|this newspaper|"
        r"editor's pick|(?:^|\n|\. )by [A-Za-z]+ [a-z]+\. ",
    ),
    cue(
        _NEWS, 1.5, "day of the telling",
        r"昨[天日晚]|今[天晨日](?!起)|前天|本周[一二三四五六日]?|\d{1,2}月\d{1,2}日(?:上午|下午|晚|,|，|电)|"
        r"(?<!\d)\d{1,2}日(?:电|在|举行|表示|以|上午|下午)|"
        r"日前|近日|春节刚过|最新一[期轮]",
        r"\b(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b(?! (?:\d|to|-))|this week|last (?:week|month|spring|"
        r"year)|yesterday|earlier this",
    ),
    cue(
        _NEWS, 1.5, "public event",
        r"落下帷幕|座谈会|发布会|新闻办|调研(?:组|人才)|现场(?:签约|掌声)|签约落地|集中开工|(?:首次|再)(?:实现|"
        r"出招)|刷新|创(?:历史)?新高|引发(?:热议|关注)|"
        r"宣布(?:完成|推出|启动|将|获)|(?:发布|公布)[^。\n]{0,12}(?:结果|数据|消息)|质询|立委|起诉|追回|违反",
        r"\b(?:jury|lawmakers|senators?|prosecutors|spy chief|bipartisan)\b|shares (?:of|in|rose|fell|jumped)|"
        r"\b(?:has|have) (?:quietly|been (?:elected|arrested|charged|named))\b|"
        r"\bannounced (?:on|that|it|plans)|\b(?:arrest(?:ed)?|convicted|sentenced|unveiled|lured|warned)\b|"
        r"justice department's|did not (?:disclose|respond)|the latest in a",
        most=2,
    ),
)  # fmt: skip
PRESS: Final = (*_FORMS, *_TELLING)
