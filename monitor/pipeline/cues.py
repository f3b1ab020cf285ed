"""cues: which words, addresses and page data speak for which kind of text?

A cue is a pattern with a weight; 2.0 is enough alone, less needs company. Weights were set by reading, not fitted;
tests/quality guards the figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ..domain.hit import Kind, Part

LIMIT: Final = 10_000  # code points looked at: what a text is shows early
_AD, _POLICY, _NEWS = Kind.RECRUITMENT_AD, Kind.POLICY_DOCUMENT, Kind.NEWS
_PROFILE, _TECHNICAL, _OTHER = Kind.PROFILE, Kind.TECHNICAL, Kind.OTHER


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that speaks for a kind, counted at most `most` times; `cased` ones see capital letters."""

    kind: Kind
    weight: float
    name: str
    pattern: re.Pattern[str]
    most: int = 1
    cased: bool = False


def _cue(kind: Kind, weight: float, name: str, *patterns: str, most: int = 1, cased: bool = False) -> Cue:
    return Cue(kind, weight, name, re.compile("|".join(patterns)), most, cased)


_ADS: Final = (
    _cue(
        _AD, 2.5, "hiring words",
        r"诚聘|招聘|(?<!资金)招募|急聘|高薪聘|揽才|诚邀[^。\n]{0,20}(?:加盟|应聘|申报|加入)|"
        r"聘任岗位|限[^。\n]{0,6}高校.{0,8}招\d",
        r"we(?: are|'re) (?:now )?(?:hiring|recruiting|looking for)|now hiring|join us|vacanc(?:y|"
        r"ies)\b|job description",
        r"open positions?|positions? (?:available|open)|applications? (?:are )?invited",
    ),
    _cue(
        _AD, 1.5, "seeks applicants",
        r"(?:is|are) (?:seeking|recruiting|hiring)|invites? applications|early[- ]bird|open until filled|apply now",
        r"dear (?:dr|prof)|our client|can offer|预报名|冲刺|抢报|名额有限|火热|看过来|等你来|"
        r"启动申报|申报启动|网申|校园招聘|意向者|有意者|"
        r"欢迎[^。\n]{0,16}(?:报名|应聘|联系|咨询|申报|推荐|投递)|we help|"
        r"helps? [^.\n]{0,50}(?:match|apply|return)",
    ),
    _cue(
        _AD, 1.5, "where to send a CV",
        r"简历[^。\n]{0,12}(?:发|投|寄|至)|投递简历|发简历|应聘者|cvs? to\b|deadline for cvs",
        r"(?:send|submit|email|forward)[^.\n]{0,40}(?:\bcv\b|resume|résumé)|(?:\bcv\b|resume)[^.\n]{0,30}(?:to|@)",
    ),
    _cue(
        _AD, 1.2, "package",
        r"待遇(?:从优|优厚|面议)|薪(?:资|酬)?面议|年薪[^。\n]{0,12}万|总包|五险一金|签约(?:奖|即)|"
        r"安家费|科研启动|税前|月薪|聘请",
        r"\bpackage\b|competitive salary|signing bonus|per month before tax|benefits:|"
        r"annual salary|base (?:pay|salary)|relocation",
        most=2,
    ),
    _cue(
        _AD, 1.2, "post and terms",
        r"岗位(?:职责|要求)|任职(?:要求|资格)|职位(?:描述|名称)|(?:^|\n)\s?(?:要求|条件|待遇|福利|支持):",
        r"requirements?:|qualifications?:|responsibilities|tenure-track|postdoc\w* (?:in|position|"
        r"fellow)|chief scientist|must have|preferred\b",
    ),
    _cue(
        _AD, 1.0, "contact of a consultant",
        r"(?:加|添加)[^。\n]{0,10}微信|微信[^。\n]{0,6}[:“\"]|顾问|咨询电话|邮箱:|联系邮箱|微信搜索|联系电话|enquiries|wechat",
    ),
    _cue(
        _AD, 1.5, "application service",
        r"依托.{2,24}(?:申报|申请)|(?:合作|协助|代理|协同|免费)申报|免费(?:评估|咨询)|一对一|"
        r"全程(?:服务|指导)|申报服务",
        r"人才(?:项目)?(?:申报|顾问)|项目申报|咨询费|不收取|成功后|免面试|入库",
    ),
    _cue(
        _AD, 1.0, "offer to the person",
        r"资助每人|(?:全职|兼职)回国|(?:不需|无需|不必)要?全职|参与者可以?获得|"
        r"邀请海外(?:高层次)?人才|可以获得[^。\n]{0,16}补贴",
        r"资助[^。\n]{0,30}(?:博士后?|博士)[^。\n]{0,20}(?:研究工作|工作)|个人的生活开支|生活津贴|往返[^。\n]{0,6}旅费",
        r"full-time return|will (?:receive|be offered)|we offer|participants? (?:can|will) receive|you will|your ",
        most=2,
    ),
    _cue(_AD, 0.8, "deadline for applicants", r"截止|deadline|apply (?:by|before)|报名"),
    _cue(
        _AD, 0.8, "degree and age together",
        r"博士[^。\n]{0,60}(?:周岁|岁以下)|(?:周岁|岁以下)[^。\n]{0,60}博士|"
        r"phd[^.\n]{0,60}under \d{2}|under \d{2}[^.\n]{0,60}phd",
    ),
)  # fmt: skip
_POLICIES: Final = (
    _cue(_POLICY, 2.5, "document number", r"[一-鿿]{1,12}[〔\[【(][12]\d{3}[〕\]】)]\s?\d{1,4}\s?号"),
    _cue(
        _POLICY, 2.5, "form of an official title",
        r"关于[^。，\n]{2,70}的(?:通知|公告|通告|意见|办法|批复|函|决定|公示|通报|报告|"
        r"请示)(?!》)|印发(?:的通知)?[《<]",
        most=2,
    ),
    _cue(
        _POLICY, 2.0, "title of measures",
        r"(?:管理|实施|暂行|服务保障|资助|奖励)(?:办法|细则|规定)(?!》)(?:\(|\*|$|\n|\s)|"
        r"政府工作报告|预算(?:说明|公开|编制)|(?:分配|安排|明细|汇总|推荐|备案|一览|申报)表|budget report",
        r"(?:^|\n)(?:notice|measures|circular|rules|provisions|regulations|implementation|"
        r"guidelines|interim) (?:of|on|for|concerning)",
    ),
    _cue(
        _POLICY, 1.5, "articles",
        r"(?:^|\n|\s)\**第[一二三四五六七八九十百]{1,4}[条章](?:\s|\*|　|$)|\barticle \d{1,2}\b|"
        r"(?:^|\n)\s?\**第[一二三四五六七八九十]+[章条]",
        most=2,
    ),
    _cue(
        _POLICY, 1.2, "official wording",
        r"现将有关(?:事项|事宜)|特此(?:通知|公告)|请[^。\n]{0,12}(?:认真|遵照|贯彻)执行|"
        r"自[^。\n]{0,16}起施行|解释权|由[^。\n]{2,12}负责解释",
        r"各(?:县|市|区|有关|高校|高等|企业|单位|部门|设区市|学院|处)[^。\n]{0,30}:|入选者可|视同|"
        r"精神[,，]|hereby|shall be\b",
        r"现组织|遴选|名额\d|上报|研究决定|授予[^。\n]{2,20}称号|please submit|allocated [a-z$ ]{0,8}[\d.,]{1,9}|the district",
        most=2,
    ),
    _cue(_POLICY, 1.2, "tasks for offices", r"责任单位|牵头单位|\(?(?:市|省)[^。\n]{1,10}(?:局|委|厅|办)[、,]", most=2),
    _cue(
        _POLICY, 0.8, "programme of measures",
        r"(?:^|[。；\n、)])[^。；\n]{0,8}(?:鼓励|支持|推动|加快|加强|完善|深化|健全|强化|引导|"
        r"推进)[^。；\n]{4,60}[。；]",
        most=3,
    ),
    _cue(
        _POLICY, 1.2, "numbered heads",
        r"(?:^|\n)\s*(?:\d{1,2}[.．、]\s?|\([一二三四五六七八九十]+\)|"
        r"[一二三四五六七八九十]{1,2}、)(?:加强|推动|建设|加快|完善|强化|支持|实施|鼓励|建立|促进)",
        most=2,
    ),
    _cue(_POLICY, 1.0, "list of the chosen", r"(?<!一)名单|拟入选|附件\s?\d?:"),
    _cue(_POLICY, 1.5, "public notice", r"公示期|(?:名单|结果)公示|现予以?公[示布]|award list|the following (?:persons|candidates|"
        r"applicants)"),
    _cue(
        _POLICY, 2.0, "signature of an office",
        r"(?:局|厅|部|委员会|办公室|政府|小组|处|中心|党委)\s*(?:19|20)\d{2}年\d{1,2}月\d{1,2}日(?:印发)?\s*(?:$|\n)",
    ),
    _cue(
        _POLICY, 1.5, "eligibility rule",
        r"may not apply|not (?:be )?eligible|ineligible|must not (?:hold|apply)|不得(?:重复|再次?|"
        r"同时)?(?:申报|申请|推荐)|限项|(?:申报|申请)人(?:须|应|年满|年龄)|不予受理|逾期|"
        r"申报(?:条件|对象|截止)",
        r"\b(?:rules|notice):|applications for \d{4}|nominations? (?:must|should|are)|shall\b",
        most=2,
    ),
    _cue(
        _POLICY, 1.0, "what authorities give",
        r"(?:给予|享受|安排|兑现|拨付)[^。\n]{0,24}(?:补助|奖励|经费|资助|补贴)|财政(?:按|安排|资金)|专项资金",
        r"receives? (?:a )?(?:living )?subsid|selected for the|are eligible|set aside|subsid(?:y|ies) of",
    ),
    _cue(
        _POLICY, 1.0, "founding of an office",
        r"(?:国务院|党中央)[^。\n]{0,12}(?:批准|印发)|机构改革方案|中央编办|批复设立|指导性计划",
        most=2,
    ),
    _cue(
        _POLICY, 2.0, "legal reference in English",
        r"according to the [\"“'].{5,160}(?:opinions|provisions|measures|regulations)|"
        r"provisional measures|subcommittee on[^.]{0,60}(?:report|governmental)",
    ),
)  # fmt: skip
_PRESS: Final = (
    _cue(
        _NEWS, 2.5, "reporter's line",
        r"本报讯|【[^】\n]{1,8}[讯电]】|记者[^。\n]{0,12}(?:获悉|从|报道|采访|了解)|图片来源|"
        r"(?<!重新)编译:|[获据]悉[,，]",
        r"(?:新华社|中新社|中新网|中央社|路透社?|法新社|韩联社|美联社|彭博社?)[^。\n]{0,12}(?:电|讯|报道|引述|\d)",
    ),
    _cue(
        _NEWS, 2.5, "dateline",
        r"(?:^|"
        r"\n)[A-Z][A-Z ]{3,20}(?:, [A-Z][a-z]+\.?)?,? ?(?:\(?[A-Za-z]+\)?)? ?(?:\d{1,2} [A-Z][a-z]+ \d{4})? ?--? ?",
        cased=True,
    ),
    _cue(
        _NEWS, 2.0, "said",
        r"\b(?:said|told|according to (?:a|the|two|people|sources)|reported(?:ly)?|says|"
        r"prosecutors|spokes(?:man|woman|person)|sources say)\b",
    ),
    _cue(
        _NEWS, 1.5, "says, in Chinese",
        r"(?:表示|指出|透露|宣布|说|认为|引述|坦言)[,，:“\"「『]|据[^。\n]{2,16}(?:报道|消息|透露|"
        r"介绍)|报告称|(?<!名)(?<!简)称[,，:「“]",
        r"爆出|曝|挖角|窃取|指称|受访|爆料|引述|收到的资料|说法",
        most=2,
    ),
    _cue(
        _NEWS, 2.0, "courts and spokesmen",
        r"declined to comment|\bciting\b|responded to (?:questions|a request)|officials (?:confirmed|say)|reuters|news agency",
        r"\b(?:charged|indicted|accused|convicted) (?:with|of|by)|pleaded|起诉|指控|检方|否认|外媒|涉嫌|涉案|调查局|警方",
    ),
    _cue(
        _NEWS, 2.0, "money market news",
        r"\bseries [a-f]\b|funding round|\b(?:has )?(?:just )?closed? (?:its|the|a|\$)|"
        r"raise[sd]? \$|led (?:a|the) \$|values? the (?:firm|company)",
        r"fund [ivx]+\b|drug (?:developer|maker)|backed by|\bipo\b|venture (?:capital|closes|"
        r"partners (?:boosts|has|and))|put \$\d|tied up \$",
        r"\$\d[\d.]* ?(?:m|bn|million|billion) (?:in|for|series|round|fund)",
    ),
    _cue(
        _NEWS, 2.0, "business news",
        r"融资|获投|领投|战投|上市|净利|营收|募资|出手次数|投资额|财报|冲刺港股|同比|环比|"
        r"工业产值|产经|机构搜索率|数据:",
    ),
    _cue(
        _NEWS, 1.5, "event that happened",
        r"会见|召开|举行|开幕|(?:在|于)[^。\n]{2,20}(?:启动|开始|举办)|亮相|抵达|出席|完成传递|"
        r"新增\d{1,9}名|传递(?:站|在|于)|传递[^。\n]{0,4}站|第一棒",
        most=2,
    ),
    _cue(
        _NEWS, 1.5, "past event in English",
        r"\b(?:was|were) held\b|\bmet with|meets? with|presided|delivered a speech|attended|"
        r"unveil\w+|were live|none answered",
        r"extended (?:a )?warm|congratulated|highly commended|included in the list|"
        r"have been (?:selected|included)|announces? (?:its|the|that)|\bpush(?:es)?\b",
        most=2,
    ),
    _cue(
        _NEWS, 1.0, "a day named",
        r"\bon (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\byesterday\b|"
        r"(?:\d{1,2}月)\s?\d{1,2}\s?日[,，至晚下上]|今天|今年(?:以来|上半年)|上半年|季度",
        r"截至\d{4}年\d{1,2}月|日前|近日|昨日|\d月\d日[,，]",
    ),
    _cue(_NEWS, 1.0, "headline list", r"\n· [^\n]{6,}", most=2),
    _cue(_NEWS, 1.2, "headline words", r"举行|会见|财经|报道|投资|权威信息|通报|盈|涨停|牛市|融资|股", most=1),
    _cue(_NEWS, 1.2, "many headlines as links", r"<li><a href=\"[^\"]*(?:news|\.s?html)", most=2),
    _cue(
        _NEWS, 1.0, "numbers of the chosen",
        r"\d{1,9}人(?:次)?入选|名列全国|累计[^。\n]{0,8}\d{1,9}名|达\d{1,9}人|超过?\d{1,9}人|有\d{1,9}人|\d{1,9} experts|"
        r"seven experts|selects? ten thousand",
    ),
)  # fmt: skip
_PEOPLE: Final = (
    _cue(
        _PROFILE, 2.0, "person with a post",
        r"^[^。，\n一名位诉聘]{1,20}(?:教授|研究员|院士|工程师|讲师|专家)[，,、。 ]|博士生导师|硕士生导师|"
        r"博导|(?:主要)?研究(?:方向|领域)(?:为|是|:|有|包括)",
    ),
    _cue(
        _PROFILE, 1.5, "career",
        r"(?:19|20)\d{2}年[^。\n]{0,30}(?:毕业于|获[^。\n]{0,16}(?:学位|博士)|任教)|"
        r"毕业于[^。\n]{0,12}大学|历任|曾任|现任",
        r"(?:发表|出版)[^。\n]{0,16}(?:论文|专著)|主持[^。\n]{0,24}(?:项目|课题|经费|基金)|先后完成|机构从事|被引用",
        most=2,
    ),
    _cue(_PROFILE, 1.5, "born in", r"[，,]\s?(?:19|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:出)?生[，,。]"),
    _cue(
        _PROFILE, 1.5, "awards of a person",
        r"入选(?!者)[^。\n]{0,24}(?:计划|人才|学者|专家)|(?:基金|奖)获得者|winner of the|"
        r"recipient of|特聘教授|享受国务院|著名专家",
    ),
    _cue(
        _PROFILE, 2.0, "person in English",
        r"\b(?:earned|received|obtained) (?:his|her) |\b(?:his|her) (?:research (?:interests?|"
        r"focuses|lab)|doctorate|ph\.?d)|doctoral supervisor",
        r"\b(?:he|she) (?:is|was appointed|joined|holds|leads|has published|works)\b|"
        r"leads the [a-z]+ (?:lab|group|team)",
        r"\(born \d{4}\)|supervises|heads the|\b(?:her|his) group|is (?:an?|the) (?:associate |"
        r"assistant |full |distinguished )?(?:professor|dentist|director|lecturer)",
        most=2,
    ),
    _cue(
        _PROFILE, 2.0, "name with an age or sex",
        r"^(?:dr|prof(?:essor)?)?\.? ?[a-z]{2,20}(?: [a-z]{2,20}){1,2}, \d{2},|"
        r"^[一-鿿]{2,4}[，,、 ]\s?[男女][，,、 ]|formerly (?:at|of)",
    ),
    _cue(_PROFILE, 1.2, "titled name", r"^(?:dr|prof(?:essor)?|mr|ms|mrs)\.? [a-z]+ [a-z]+[, ]|\[name\], ph\.?d"),
    _cue(
        _PROFILE, 1.2, "person's page",
        r"\bcurriculum vitae|contact: \w{1,40}@|个人简介|教育背景|工作经历|公开(?:网页)?资料显示|"
        r"发明专利|具备[^。\n]{0,40}经验|\bhomepage|resume\b",
        most=2,
    ),
)  # fmt: skip
_SCIENCE: Final = (
    _cue(
        _TECHNICAL, 2.5, "source code",
        r"(?:^|\n)\s*(?:def |class \w{1,60}[:(]|import \w|from \w+ import|#include|public (?:class|"
        r"static)|function \w{0,40}\(|const \w{1,40} =|export\d? )",
        r"print\(f?['\"]|\b[a-z_]{1,40}\.[a-z_]{1,40}\([^)\n]{0,40}\)\s|\b\w{1,40} = \{\s*\n|\"\"\"|(?:必须|"
        r"请)从以下[^。\n]{0,12}(?:提取|选择)|\*\*\w{1,40}\*\*:",
    ),
    _cue(
        _TECHNICAL, 2.0, "software and hardware",
        r"pytorch|tensorflow|torch\.|cuda|\bpython3?\b|ubuntu|\blinux|内核|编译|报错|服务器|"
        r"处理器|\barmv?\d|\bx86|kae加速|\bcpu\b|\bgpu\b",
        r"github|openeuler|\bdocker|\bapi\b|\bredis|cpuset|数据加密|文件系统|调优|compil(?:e|er|"
        r"ation)|\d nm\b|7nm|ghz|screening tool|boostkit|\bbios\b|\bkernel|config_|benchmark|"
        r"pip install|\bnpm |exits? with code|\bcache\b|numa\b|firmware|stack trace",
    ),
    _cue(_TECHNICAL, 2.0, "version", r"\bv?\d{1,9}\.\d{1,9}\.\d{1,9}\b|faq\b|版本|安装|部署|配置参数|产品公告|白皮书|returns:|payload|"
        r"schema|实体|known programs:"),
    _cue(
        _TECHNICAL, 2.5, "references",
        r"(?:^|\n|\s)\[\d{1,3}\]\s?[A-Z一-鿿][^\n]{10,}|\[[JCMDR](?:/OL)?\]|\[C[l\]]|doi:|"
        r"et ?al\.?[, ]|参考文献|(?:学报|通报|杂志)[,，.].{0,8}\d{4}",
        r"[A-Z]{2,12} [A-Z][a-z]{2,14} ?[\d¹²³][^\n]{0,6}[A-Z]{2,12} [A-Z][a-z]{2,14}",
        r"[,，]\s?(?:19|20)\d{2}\s?[,，]?\s?\d{1,3}\s?\(\d{1,2}\)\s?:|(?:19|20)\d{2}\.?:\s?\d{1,9}-\d{1,9}",
        cased=True,
    ),
    _cue(
        _TECHNICAL, 2.2, "paper",
        r"摘\s?要:|关键词|基金项目:|作者简介|通信作者|通讯作者|\babstract\b|\bkeywords:|为探究|"
        r"本研究|本文(?!件)|实验(?:环境|数据|结果)|案例当中",
        r"\(\s?1[.．]\s?[^()\n]{4,70}(?:大学|学院|university|college|研究所|institute)|"
        r"\d\.(?:school|college|institute|department)|学院[^。\n]{0,12}\d{6}",
        r"(?:university|institute|college)[^.\n]{0,40},? ?\d{6}",
    ),
    _cue(
        _TECHNICAL, 2.2, "acknowledged grants",
        r"(?:supported|funded|sponsored)[^.\n]{0,14} by[^\n]{0,100}(?:foundation|grants?|program|"
        r"nsfc|science)|grant nos?\.?|technical assistance",
    ),
    _cue(
        _TECHNICAL, 2.0, "formulas and methods",
        r"\$[^$\n]{0,60}\\[a-z]+|\\math|菌株|神经网络|数据集|卷积|随机梯度|future work|we propose|"
        r"our method|point cloud|解释变量|路径(?:中|的)",
        r"传感网|样品|生物量|体细胞|培养基|培养获得|</td><td>\d|平均深度|酶活性|凋落物|样地|采集[^。\n]{0,10}样|\d\s?[cm]m\b",
    ),
    _cue(
        _TECHNICAL, 1.5, "species",
        r"[属科种][（(]?[A-Z][a-z]+|[A-Z][a-z]{2,30} [a-z]{4,30} L\.|\bPinus\b|\bLarix\b|"
        r"[松杉杨][ （(]?[A-Z][a-z]+ [a-z]+|genetic|species",
        most=2, cased=True,
    ),
)  # fmt: skip
_REST: Final = (
    _cue(
        _OTHER, 2.5, "encyclopaedia",
        r"wikipedia|was (?:established|founded|created) (?:in|by) |is a (?:program|programme|"
        r"plan) (?:by|of|run|established)|talent recruitment programs?\. ?\[",
        r"programs? (?:mainly )?recogni[sz]es|\[\d\]\[\d\]|grew out of",
    ),
    _cue(
        _OTHER, 2.5, "guidance on disclosure",
        r"disclos\w+ (?:checklist|requirement|form|polic)|have you (?:applied|been)|"
        r"research security|must disclose|if unsure",
        r"foreign (?:talent|government) (?:recruitment )?programs? (?:are|is|polic)|enforcement|"
        r"department of justice|china initiative",
    ),
    _cue(_OTHER, 2.5, "forum talk", r"请问|求助|楼主|值得.{0,4}吗|网友|有没有人|怎么样啊|哪个[^。\n]{0,8}[?？]|anyone (?:know|"
        r"here)|\bimho\b"),
    _cue(
        _OTHER, 2.0, "self-portrait",
        r"(?:本|我|该)?公司(?:成立于|是|先后|聚集|拥有|主营|致力)|我们是|自成立|研发团队|被认定为|"
        r"入选[“\"]?\d{4}国家|团队拥有|我所(?!在)",
        r"(?:人才|队伍|科研)(?:培养和)?队伍|固定人员|(?:核心|研究)人员由|研究队伍|"
        r"形成了?(?:一支)?由|课题主持人|重视[^。\n]{0,10}人才",
    ),
    _cue(
        _OTHER, 1.5, "camp, club, game or shop",
        r"夏令营|小学|家长|游戏|小说|第一卷|角色|\bbattle pass|heroes|\bclub|reading group|"
        r"campus notice|essay prize|神兽|古代|寓言|zhuangzi",
        r"\bpatients?\b|clinic|purpura|门票|景区|购票|price:|tags:|category:|title:|名师|爆发[！!]",
    ),
    _cue(_OTHER, 1.2, "essay", r"改革开放(?:以来|之初)|近些年|尽管|brain drain|paradoja|however, critics|综上|历程|神话|"
        r"传说"),
)  # fmt: skip
CUES: Final = _ADS + _POLICIES + _PRESS + _PEOPLE + _SCIENCE + _REST


def _tell(kind: Kind, weight: float, name: str, pattern: str) -> tuple[Kind, float, str, re.Pattern[str]]:
    return kind, weight, name, re.compile(pattern)


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
    _tell(_POLICY, 2.0, "page data says government", r"governmentservice|governmentorganization|legislation"),
)
PARTS: Final = tuple(
    (part, weight, re.compile(pattern))
    for part, weight, pattern in (
        (
            Part.CALL,
            2.0,
            r"申报|征集|推荐[^。\n]{0,12}(?:人选|候选)|报名|call for|nominat|applications? (?:are|is|must|close)",
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
