"""cues: which words, addresses and page data speak for which kind of text?

A cue is a pattern with a weight; 2.0 is enough alone, 1.0 needs company. Weights were set by reading, not fitted;
tests/quality guards the figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ..domain.hit import Kind, Part

LIMIT: Final = 20_000  # code points looked at: what a text is shows early
AD, POLICY, NEWS = Kind.RECRUITMENT_AD, Kind.POLICY_DOCUMENT, Kind.NEWS
PROFILE, TECHNICAL, OTHER = Kind.PROFILE, Kind.TECHNICAL, Kind.OTHER


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that speaks for a kind; counted at most `most` times, in the first `head` code points if given."""

    kind: Kind
    weight: float
    name: str
    pattern: re.Pattern[str]
    most: int = 1
    head: int = 0
    cased: bool = False


def _cue(kind: Kind, weight: float, name: str, pattern: str, most: int = 1, head: int = 0, cased: bool = False) -> Cue:
    return Cue(kind, weight, name, re.compile(pattern), most, head, cased)


CUES: Final = (
    # recruitment ads
    _cue(AD, 2.5, "hiring words", r"诚聘|招聘|招募|急聘|高薪聘|诚邀.{0,16}(?:加盟|应聘|申报)|we are (?:hiring|recruiting|looking for)|now hiring|join us|vacanc(?:y|ies)\b|job description"),
    _cue(AD, 1.5, "seeks applicants", r"(?:is|are) (?:seeking|recruiting|hiring)|invites? applications|applications are invited|early[- ]bird|open until filled|预报名|冲刺|抢报|名额有限|we help|helps .{0,40}(?:match|apply)"),
    _cue(AD, 1.5, "where to send a CV", r"简历.{0,12}(?:发|投|寄|至)|投递简历|(?:send|submit|email|forward)[^.\n]{0,30}(?:cv|resume|résumé)|cvs? to|deadline for cvs|应聘者"),
    _cue(AD, 1.2, "package", r"待遇(?:从优|优厚|面议)|薪(?:资|酬)面议|年薪[^。\n]{0,12}万|package|总包|五险一金|competitive salary|signing bonus|签约(?:奖|即)|per month before tax|benefits:"),
    _cue(AD, 1.2, "post and terms", r"岗位(?:职责|要求)|任职(?:要求|资格)|职位(?:描述|名称)|requirements?:|qualifications?:|responsibilities|tenure-track|postdoc\w* (?:in|position|fellow)|chief scientist"),
    _cue(AD, 1.0, "contact of a consultant", r"(?:加|添加)[^。\n]{0,10}微信|微信[^。\n]{0,6}[:：\"“]|顾问|咨询电话|enquiries|邮箱[:：]|联系邮箱|wechat|微信搜索"),
    _cue(AD, 1.2, "relies on an employer to apply", r"依托.{2,24}(?:申报|申请)|合作申报|协助申报|代理申报|免费(?:评估|咨询)|一对一|全程(?:服务|指导)|申报服务|人才项目(?:申报|顾问)"),
    _cue(AD, 1.0, "offer to the person", r"资助每人每年|全职回国|不需要?全职|无需全职|full-time return|will (?:receive|be offered)|we offer|participants? can receive|参与者可以获得|获得.{0,12}补贴|邀请海外高层次人才"),
    _cue(AD, 0.8, "deadline for applicants", r"截止|deadline|apply (?:by|before|now)|报名"),
    _cue(AD, 0.6, "degree and age together", r"博士[^。\n]{0,40}(?:周岁|岁以下)|(?:周岁|岁以下)[^。\n]{0,40}博士|phd[^.\n]{0,40}under \d{2}|under \d{2}[^.\n]{0,40}phd"),
    # policy documents
    _cue(POLICY, 2.5, "document number", r"[一-鿿]{2,12}[〔\[【(][12]\d{3}[〕\]】)]\s?\d{1,4}\s?号"),
    _cue(POLICY, 2.5, "form of an official title", r"关于[^。\n]{2,70}的(?:通知|公告|通告|意见|办法|批复|函|决定|公示|通报|报告|请示)|印发[《<]", 1),
    _cue(POLICY, 2.0, "title of measures", r"(?:管理|实施|暂行|服务保障)?(?:办法|细则|规定|条例|行动方案|实施意见|若干措施|若干政策)(?:》|\(|$|\n)|预算(?:说明|公开|编制)|(?:资金|预算)[^。\n]{0,6}(?:分配表|安排表|明细表)|政府工作报告|^(?:notice|measures|circular|rules|provisions|regulations|implementation|guidelines) (?:of|on|for|concerning)"),
    _cue(POLICY, 1.5, "articles", r"(?:^|\n|\s)\**第[一二三四五六七八九十百]{1,4}[条章](?:\s|\*|　)|\barticle \d{1,2}\b", 2),
    _cue(POLICY, 1.2, "official wording", r"现将有关(?:事项|事宜)|特此(?:通知|公告)|请[^。\n]{0,12}(?:认真|遵照|贯彻)执行|(?:自|从)[^。\n]{0,16}起施行|各(?:县|市|区|有关|高校|高等|企业|单位|部门|设区市)[^。\n]{0,30}:|解释权|入选者可|视同|hereby"),
    _cue(POLICY, 1.2, "tasks for offices", r"责任单位|牵头单位|\(?(?:市|省)[^。\n]{1,10}(?:局|委|厅|办)[、,]", 2),
    _cue(POLICY, 1.0, "programme of measures", r"(?:鼓励|支持|推动|加快|加强|完善|建立|深化|健全|强化)[^。；\n]{4,60}[。；]", 4),
    _cue(POLICY, 1.0, "numbered heads", r"(?:^|\n)\s*(?:\d{1,2}[.．、]\s?|\([一二三四五六七八九十]+\)|[一二三四五六七八九十]{1,2}、)(?:加强|推动|建设|加快|完善|强化|支持|实施|鼓励|建立|促进)", 2),
    _cue(POLICY, 1.0, "list of the chosen", r"名单|公示期|拟入选|附件\s?\d?[:：]"),
    _cue(POLICY, 0.9, "what authorities give", r"(?:给予|享受|安排|兑现)[^。\n]{0,24}(?:补助|奖励|经费|资助|补贴)|receives? (?:a )?(?:living )?subsid|selected for the"),
    _cue(POLICY, 1.2, "legal reference in English", r"according to the [\"“].{5,120}(?:opinions|provisions|measures|regulations)|subcommittee on|in accordance with the"),
    # news
    _cue(NEWS, 2.5, "reporter's line", r"本报讯|记者[^。\n]{0,12}(?:获悉|从|报道|采访)|(?:新华社|中新社|中新网|中央社|路透社?|法新社|韩联社)[^。\n]{0,12}(?:电|讯|报道|引述|\d)|【[^】]{2,8}(?:讯|电)】|图片来源|编译|获悉,|获悉，"),
    _cue(NEWS, 2.5, "dateline", r"(?:^|\n)[A-Z][A-Z ]{3,20}(?:, [A-Z][a-z]+\.?)?,? ?(?:\(?[A-Za-z]+\)?)? ?(?:\d{1,2} [A-Z][a-z]+ \d{4})? ?-", 1, 0, True),
    _cue(NEWS, 1.5, "said", r"\b(?:said|told|according to|reported|announced|says|prosecutors|spokes\w+|sources said)\b", 2),
    _cue(NEWS, 1.5, "says, in Chinese", r"(?:表示|指出|透露|称|宣布|报道|说|认为|引述)[,，:：\"“「]|据[^。\n]{2,12}(?:报道|消息|数据|透露)|报告称|当天|今日|昨日|日前|爆出|日电", 2),
    _cue(NEWS, 1.5, "money market news", r"\b(?:series [a-f]\b|funding round|closed? (?:its|the|a)|raises? \$|raised|led a \$|values? the (?:firm|company)|fund [ivx]+\b|drug developer|backed by|ipo|biopharma|investors?|venture (?:capital|closes))", 2),
    _cue(NEWS, 1.5, "business news", r"融资|获投|领投|上市|净利|营收|募资|出手次数|投资额|财报|冲刺港股|同比|环比|产值|涨|财经"),
    _cue(NEWS, 1.5, "event that happened", r"(?:会见|召开|举行|开幕|启动|亮相|抵达|出席|完成传递|新增\d+名)", 2),
    _cue(NEWS, 1.0, "past event in English", r"\b(?:was held|were held|met with|meets with|presided|attended|launched|have tied up|has tied up|were live|unveil\w+|pushes?|announces?|will invest)\b", 2),
    _cue(NEWS, 0.8, "day of the week or yesterday", r"\bon (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\byesterday\b|(?:\d{1,2}月)?\d{1,2}日[,，]|今年(?:以来|上半年)|上半年|季度"),
    _cue(NEWS, 1.0, "headline list", r"(?:\n|^)· [^\n]{6,}", 3),
    _cue(NEWS, 1.0, "many headlines as links", r"<li><a href=\"[^\"]*(?:news|\.s?html)", 2),
    # profiles
    _cue(PROFILE, 2.0, "person with a post", r"^[^。，\n]{0,24}(?:教授|研究员|副研究员|博士|院士|工程师|讲师)[，,、。 ]|(?:[,，、]|\s)(?:博士生导师|硕士生导师|博导)|主要研究(?:方向|领域)|研究(?:方向|领域)[为是:：]"),
    _cue(PROFILE, 1.5, "career", r"(?:19|20)\d{2}年[^。\n]{0,30}(?:毕业于|获[^。\n]{0,16}学位|任教)|毕业于[^。\n]{0,12}大学|历任|曾任|现任|(?:发表|出版)[^。\n]{0,16}(?:论文|专著)|主持[^。\n]{0,24}(?:项目|课题|经费)", 3),
    _cue(PROFILE, 1.5, "born in", r"[，,]\s?(?:19|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:出)?生[，,。]"),
    _cue(PROFILE, 1.5, "awards of a person", r"入选[^。\n]{0,24}(?:计划|人才|学者|专家)|获得者|winner of the|recipient of|fellow of|特聘教授|享受国务院", 2),
    _cue(PROFILE, 1.5, "person in English", r"\b(?:(?:earned|received|obtained) (?:his|her|a|the) (?:doctorate|ph\.?d\.?|b\.?s|master|m\.?s)|(?:his|her) research (?:interests?|focuses|lab)|doctoral supervisor|is (?:an?|the) (?:associate |assistant |full |distinguished )?(?:professor|dentist|director|researcher)|leads the|she was appointed|he was appointed)", 3),
    _cue(PROFILE, 1.2, "titled name", r"^(?:dr|prof(?:essor)?|mr|ms|mrs)\.? [a-z]+ [a-z]+[,  ]|\[name\], ph\.?d"),
    _cue(PROFILE, 1.0, "person's page", r"\b(?:curriculum vitae|education\b.{0,40}\n|publications\b|contact: \w+@)|个人简介|教育背景|工作经历|公开资料显示|申报人|发明专利|专家,具备|专家，具备", 2),
    # technical
    _cue(TECHNICAL, 2.5, "source code", r"(?:^|\n)\s*(?:def |class \w+[:(]|import \w|from \w+ import|#include|public (?:class|static)|function \w*\(|const \w+ =|export \w+|print\(f?['\"])|[a-z_]+\.[a-z_]+\([^)\n]{0,40}\)|= \{\s*\n|\"\"\""),
    _cue(TECHNICAL, 2.0, "software and hardware", r"pytorch|tensorflow|torch\.|cuda|python3?\b|ubuntu|linux|内核|编译|报错|服务器|处理器|芯片|armv?\d|x86|kae加速|cpu\b|gpu\b|github|openeuler|docker|api\b|redis|cpuset|数据加密|文件系统|调优|compil\w+|7nm|ghz"),
    _cue(TECHNICAL, 2.5, "references", r"\[\d{1,3}\]\s?[A-Za-z一-鿿][^\n]{10,}|\[[JCMDR](?:/OL)?\]|doi:|et ?al\.?[, ]|参考文献|[,，]\s?(?:19|20)\d{2}\s?[,，]?\s?\d{1,3}\s?[(（]\d{1,2}[)）]\s?[:：]", 2, 0, True),
    _cue(TECHNICAL, 2.0, "paper", r"摘\s?要[:：]|关键词|基金项目|作者简介|通信作者|通讯作者|abstract\b|keywords|\(\s?1[.．]\s?[^()\n]{4,60}(?:大学|学院|university|college|研究所)|e-mail[:：]"),
    _cue(TECHNICAL, 2.0, "acknowledged grants", r"(?:supported|funded|supports?|sponsored)[^.\n]{0,12} (?:in part )?by[^\n]{0,80}(?:foundation|grants?|program|nsfc)|grant nos?\.?|national natural science foundation"),
    _cue(TECHNICAL, 2.0, "formulas and methods", r"\$[^$\n]{0,60}\\[a-z]+|\\math|本文|实验(?:环境|数据|结果)|表达[^。\n]{0,6}基因|菌株|算法|神经网络|数据集|future work|we propose|our method"),
    _cue(TECHNICAL, 1.5, "manual or product", r"faq\b|版本|安装|配置|部署|参数|解决方案|产品公告|白皮书|v\d+\.\d+|returns?:|parameters|screening tool|docs\b|identifies researchers|schema|payload|entit(?:y|ies)|实体"),
    _cue(TECHNICAL, 1.5, "species and samples", r"(?:属|科|种)[（(]?[A-Z][a-z]+|[A-Z][a-z]+ [a-z]+ L\.|植物|土壤|样品|生物量|larix|pinus|落叶松|体细胞|胚|培养基", 2, 0, True),
    # other: texts that name programmes and are none of these
    _cue(OTHER, 2.5, "encyclopaedia", r"wikipedia|was (?:established|founded|created) (?:in|by)|is a (?:program|programme|plan) (?:by|of|run|established)|\bprograms? (?:mainly )?recogni[sz]es|\[\d\]\[\d\]"),
    _cue(OTHER, 2.5, "guidance on disclosure", r"disclos\w+ (?:checklist|requirement|form|policy)|have you (?:applied|been)|foreign (?:talent|government) (?:recruitment )?programs? (?:are|is|policy)|research security|must disclose"),
    _cue(OTHER, 2.0, "forum talk", r"请问|求助|大家|楼主|值得.{0,4}吗|[?？]\s*$|网友|有没有人"),
    _cue(OTHER, 2.0, "self-portrait", r"(?:本|我)?公司(?:成立于|是|先后|聚集|拥有|主营|致力)|我们(?:是|拥有)|自成立|团队(?:由|拥有)|研发团队|依托单位|被认定为|入选[“\"]?\d{4}国家"),
    _cue(OTHER, 1.5, "camp, club, game or shop", r"夏令营|公益|小学|家长|游戏|小说|第一卷|角色|battle|character|heroes|club|reading group|campus notice|essay prize|patients?\b|医院|药|myth|神兽|古代"),
)  # fmt: skip

HOSTS: Final = tuple(
    (kind, weight, name, re.compile(pattern))
    for kind, weight, name, pattern in (
        (POLICY, 1.2, "government address", r"//[^/]*\.gov(?:\.cn)?(?:/|:|$)"),
        (
            NEWS,
            1.2,
            "press address",
            r"//[^/]*(?:news|daily|times|reuters|xinhua|people\.com|ifeng|sina|sohu|163\.com|udn|post|press)",
        ),
        (
            TECHNICAL,
            1.5,
            "address of code or documents",
            r"//(?:[^/]*\.)?(?:github|gitlab|gitee|readthedocs|pypi|arxiv|csdn)\.",
        ),
        (
            AD,
            1.2,
            "jobs address",
            r"//[^/]*(?:jobs?|career|zhaopin|recruit|rencai|hr)\b|/(?:jobs?|careers?|recruitment|rczp|zhaopin)(?:/|$)",
        ),
        (PROFILE, 1.0, "staff page address", r"/(?:people|staff|faculty|teachers?|szdw|~[a-z]+)(?:/|$)"),
        (OTHER, 1.5, "encyclopaedia address", r"//[^/]*(?:wikipedia|baike|wikimili|wiki)"),
    )
)
META: Final = tuple(
    (kind, weight, name, re.compile(pattern))
    for kind, weight, name, pattern in (
        (NEWS, 2.5, "page data says news", r"newsarticle|reportagenewsarticle|article:section|og:site_name=[^ ]*(?:news|日报|新闻|times)"),
        (NEWS, 0.8, "page data says article", r"og:type=article|article:author|article:published"),
        (AD, 3.0, "page data says job", r"jobposting"),
        (PROFILE, 2.5, "page data says person", r"og:type=profile|schema[^ ]*=[^ ]*person|profilepage"),
        (TECHNICAL, 2.5, "page data says paper or software", r"scholarlyarticle|techarticle|softwaresourcecode|citation_title|softwareapplication"),
        (POLICY, 2.0, "page data says government", r"governmentservice|governmentorganization|legislation"),
    )
)  # fmt: skip
PARTS: Final = (
    (
        Part.CALL,
        2.0,
        r"申报|征集|推荐[^。\n]{0,12}(?:人选|候选)|报名|call for|nominat|applications? (?:are|is|must|close)",
    ),
    (Part.CALL, 1.5, r"关于(?:开展|组织|做好|征集|申报)[^。\n]{0,60}(?:通知|公告)|请于[^。\n]{0,30}前"),
    (Part.MEASURE, 2.0, r"办法|措施|细则|意见|预算|方案|专项资金|分配表|工作报告|measures|budget|subsid|policy"),
    (Part.MEASURE, 1.0, r"给予|补助|补贴|安排|奖励"),
    (Part.AWARD_LIST, 3.0, r"名单|公示|拟入选|入选人员|award list|list of (?:selected|awardees)|shortlist"),
    (
        Part.RULE,
        3.0,
        r"不得(?:重复)?(?:申报|申请|推荐)|不再(?:受理|推荐)|限项|may not apply|not eligible|ineligible|只能申请",
    ),
)
