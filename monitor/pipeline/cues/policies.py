"""policies: what shows the own words of an authority or institution?"""

from __future__ import annotations

from typing import Final

from ...domain.hit import Kind
from .cue import cue

_POLICY: Final = Kind.POLICY_DOCUMENT

_FORMS: Final = (
    cue(_POLICY, 2.5, "document number", r"[一-鿿]{1,12}[〔\[【(][12]\d{3}[〕\]】)]\s?\d{1,4}\s?号"),
    cue(
        _POLICY, 2.5, "form of an official title",
        r"关于[^。，\n]{2,70}的(?:通知|公告|通告|意见|办法|批复|函|决定|公示|通报|报告|"
        r"请示)(?!》)|印发(?:的通知)?[《<]",
        most=2,
    ),
    cue(
        _POLICY, 2.0, "title of measures",
        r"(?:管理|实施|暂行|服务保障|资助|奖励)(?:办法|细则|规定)(?!》)(?:\(|\*|$|\n|\s)|"
        r"政府工作报告|预算(?:说明|公开|编制)|(?:分配|安排|明细|汇总|推荐|备案|一览|申报)表|budget report",
        r"(?:^|\n)(?:notice|measures|circular|rules|provisions|regulations|implementation|"
        r"guidelines|interim) (?:of|on|for|concerning)",
    ),
    cue(
        _POLICY, 1.5, "articles",
        r"(?:^|\n|\s)\**第[一二三四五六七八九十百]{1,4}[条章](?:\s|\*|　|$)|\barticle \d{1,2}\b|"
        r"(?:^|\n)\s?\**第[一二三四五六七八九十]+[章条]",
        most=2,
    ),
    cue(
        _POLICY, 1.2, "official wording",
        r"现将有关(?:事项|事宜)|特此(?:通知|公告)|请[^。\n]{0,12}(?:认真|遵照|贯彻)执行|"
        r"自[^。\n]{0,16}起施行|解释权|由[^。\n]{2,12}负责解释",
        r"各(?:县|市|区|有关|高校|高等|企业|单位|部门|设区市|学院|处)[^。\n]{0,30}:|入选者可|视同|"
        r"精神[,，]|hereby|shall be\b",
        r"现组织|遴选|名额\d|上报|研究决定|授予[^。\n]{2,20}称号|please submit|allocated [a-z$ ]{0,8}[\d.,]{1,9}|the district",
        most=2,
    ),
    cue(_POLICY, 1.2, "tasks for offices", r"责任单位|牵头单位|\(?(?:市|省)[^。\n]{1,10}(?:局|委|厅|办)[、,]", most=2),
    cue(
        _POLICY, 0.8, "programme of measures",
        r"(?:^|[。；\n、)])[^。；\n]{0,8}(?:鼓励|支持|推动|加快|加强|完善|深化|健全|强化|引导|"
        r"推进)[^。；\n]{4,60}[。；]",
        most=3,
    ),
    cue(
        _POLICY, 1.2, "numbered heads",
        r"(?:^|\n)\s*(?:\d{1,2}[.．、]\s?|\([一二三四五六七八九十]+\)|"
        r"[一二三四五六七八九十]{1,2}、)(?:加强|推动|建设|加快|完善|强化|支持|实施|鼓励|建立|促进)",
        most=2,
    ),
    cue(_POLICY, 1.0, "list of the chosen", r"(?<!一)名单|拟入选|附件\s?\d?:"),
    cue(_POLICY, 1.5, "public notice", r"公示期|(?:名单|结果)公示|现予以?公[示布]|award list|the following (?:persons|candidates|"
        r"applicants)"),
    cue(
        _POLICY, 2.0, "signature of an office",
        r"(?:局|厅|部|委员会|办公室|政府|小组|处|中心|党委)\s*(?:19|20)\d{2}年\d{1,2}月\d{1,2}日(?:印发)?\s*(?:$|\n)",
    ),
    cue(
        _POLICY, 1.5, "eligibility rule",
        r"may not apply|not (?:be )?eligible|ineligible|must not (?:hold|apply)|不得(?:重复|再次?|"
        r"同时)?(?:申报|申请|推荐)|限项|(?:申报|申请)人(?:须|应|年满|年龄)|不予受理|逾期|"
        r"申报(?:条件|对象|截止)",
        r"\b(?:rules|notice):|applications for \d{4}|nominations? (?:must|should|are)|shall\b",
        most=2,
    ),
    cue(
        _POLICY, 1.0, "what authorities give",
        r"(?:给予|享受|安排|兑现|拨付)[^。\n]{0,24}(?:补助|奖励|经费|资助|补贴)|财政(?:按|安排|资金)|专项资金",
        r"receives? (?:a )?(?:living )?subsid|selected for the|are eligible|set aside|subsid(?:y|ies) of",
    ),
    cue(
        _POLICY, 1.0, "founding of an office",
        r"(?:国务院|党中央)[^。\n]{0,12}(?:批准|印发)|机构改革方案|中央编办|批复设立|指导性计划",
        most=2,
    ),
    cue(
        _POLICY, 2.0, "legal reference in English",
        r"according to the [\"“'].{5,160}(?:opinions|provisions|measures|regulations)|"
        r"provisional measures|subcommittee on[^.]{0,60}(?:report|governmental)",
    ),
)  # fmt: skip
# How authorities write: what must be, who does it, what has been decided.
_REGISTER: Final = (
    cue(
        _POLICY, 1.5, "regulating words",
        r"(?:应当|不得|须)[^。\n]{2,40}[。;]|本(?:办法|细则|规定|措施|意见|通知|方案|政策|条例)(?:所称|自|由|适用|规定|施行)|"
        r"(?:有效期|试行期?)[一二三四五\d]年|(?:本|各)级财政|按照[^。\n]{2,20}(?:规定|额度|标准|要求|程序)",
        r"\bshall (?:be|require|submit|not|enter|apply|provide|ensure)\b|pursuant to|in accordance with|"
        r"(?:^|\n|\s)(?:sec(?:tion|\.)?|article|art\.) \d{1,2}\.? |enter into force|is inadmissible|are inadmissible|"
        r"eligible costs|(?:proposals?|forms?|applications?) (?:must|shall) be|\bsupersedes?\b|full proposals due|"
        r"no more than (?:one|two|three|\d) (?:proposals?|candidates?|nominations?)",
        most=2,
    ),
    cue(
        _POLICY, 2.0, "form of an official paper",
        r"(?:^|\n)[^。\n]{0,60}(?:征求意见稿|公示|通告|公告|通知|汇总表|申报指南|实施方案|若干措施|十条)\)?[》\"]?(?:公开征求意见)?\s?(?:\n|$)|"
        r"经(?:研究|审核|市政府[^。\n]{0,10}会议)[^。\n]{0,8}(?:决定|同意|拟|批准)|特此(?:决定|公示|函复|批复|通告)|现(?:印发给|答复如下|予公)|"
        r"征求意见稿|填报单位|\(盖章\)|一式[二三四五六两]份|政策解读|政府工作报告|提案(?:的)?答复|部门预算",
        r"(?:^|\n)memorandum for\b|executive order|program solicitation|funding opportunity|it is the policy of|"
        r"the commission (?:decides|shall)|(?:^|\n)notice (?:on|of|concerning)|to all (?:departments|units|employers)",
    ),
    cue(
        _POLICY, 1.5, "plan of an authority",
        r"工作目标|主要任务|重点任务|保障措施|总体要求|指导思想|组织实施|到20\d\d年[,，][^。\n]{0,40}(?:达到|名|家|个|引进|建成)|"
        r"今年[,，]?我们(?:将|要)|过去(?:的)?一年[,，]|年均增长|人才强[市省区县国校]|较上年增长|专项资金\d",
        most=2,
    ),
    cue(
        _POLICY, 1.5, "procedure",
        r"(?:申报|申请|受理|办理|推荐|报名)(?:条件|程序|流程|材料|方式|时间|范围|对象|书|类别)|(?:初审|复审|联审|评审)[^。\n]{0,20}(?:公示|后|,|、)|"
        r"申请人条件|可登录[^。\n]{0,16}平台|报(?:送|至|市|省|我局|我委)|反馈至|向[^。\n]{2,12}(?:反映|提出)|监督电话|推荐(?:人选|对象)|"
        r"拨付|限额推荐|同一申报人|核发|送本局|检附",
        r"nomination forms?|(?:each|every) unit|(?:employers?|institutions?|units?) (?:within|may|shall|must|that)|"
        r"personnel office",
        most=2,
    ),
    cue(
        _POLICY, 2.0, "table of grants",
        r"(?:^|\n)\s*\|?\s*序号[ |\t,]{1,3}[^\n]{0,60}(?:姓名|单位|项目|企业|名称)",
    ),
    cue(
        _POLICY, 1.2, "money an authority gives",
        r"(?:市|省|区|县|本级)?财政[^。\n]{0,20}(?:配套|给予|承担|列支|安排)|(?:最高|一次性)[^。\n]{0,8}(?:补助|奖励|资助|不超过)|每名每月补助|"
        r"奖励资金|引才奖励|分[三五]年[^。\n]{0,6}(?:拨付|发放)",
        r"shall be granted|granted a subsidy|subsid(?:y|ies) of up to",
    ),
)  # fmt: skip
POLICIES: Final = (*_FORMS, *_REGISTER)
