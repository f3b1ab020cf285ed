"""ads: what shows that someone seeks applicants?"""

from __future__ import annotations

from typing import Final

from ...domain.hit import Kind
from .cue import cue

_AD: Final = Kind.RECRUITMENT_AD

_FORMS: Final = (
    cue(
        _AD, 2.5, "hiring words",
        r"诚聘|招聘|(?<!资金)招募|急聘|高薪聘|诚邀[^。\n]{0,20}(?:加盟|应聘|申报|加入)|"
        r"聘任岗位|限[^。\n]{0,6}高校.{0,8}招\d",
        r"we(?: are|'re) (?:now )?(?:hiring|recruiting|looking for)|now hiring|join us|head-?hunting|vacanc(?:y|"
        r"ies)\b|job description",
        r"open positions?|positions? (?:available|open)|applications? (?:are )?invited",
    ),
    cue(
        _AD, 1.5, "seeks applicants",
        r"(?:is|are) (?:seeking|recruiting|hiring)|invites? applications|early[- ]bird|open until filled|apply now",
        r"dear (?:dr|prof)|our client|can offer|预报名|冲刺|抢报|名额有限|火热|看过来|等你来|"
        r"启动申报|申报启动|网申|校园招聘|意向者|有意者|"
        r"欢迎[^。\n]{0,16}(?:报名|应聘|联系|咨询|申报|推荐|投递)|we help|"
        r"helps? [^.\n]{0,50}(?:match|apply|return)",
    ),
    cue(
        _AD, 1.5, "where to send a CV",
        r"简历[^。\n]{0,12}(?:发|投|寄|至)|投递简历|发简历|应聘者|cvs? to\b|deadline for cvs",
        r"(?:send|submit|email|forward)[^.\n]{0,40}(?:\bcv\b|resume|résumé)|(?:\bcv\b|resume)[^.\n]{0,30}(?:to|@)",
    ),
    cue(
        _AD, 1.2, "package",
        r"待遇(?:从优|优厚|面议)|薪(?:资|酬)?面议|年薪[^。\n]{0,12}万|总包|五险一金|签约(?:奖|即)|"
        r"安家费|科研启动|税前|月薪|聘请",
        r"\bpackage\b|competitive salary|signing bonus|per month before tax|benefits:|"
        r"annual salary|base (?:pay|salary)|relocation",
        most=2,
    ),
    cue(
        _AD, 1.2, "post and terms",
        r"岗位(?:职责|要求)|任职(?:要求|资格)|职位(?:描述|名称)|(?:^|\n)\s?(?:要求|条件|待遇|福利|支持):",
        r"requirements?:|qualifications?:|responsibilities|tenure-track|postdoc\w* (?:in|position|"
        r"fellow)|chief scientist|must have|preferred\b",
    ),
    cue(
        _AD, 1.0, "contact of a consultant",
        r"(?:加|添加)[^。\n]{0,10}微信|微信[^。\n]{0,6}[:“\"]|顾问|咨询电话|邮箱:|联系邮箱|微信搜索|联系电话|enquiries|wechat",
    ),
    cue(
        _AD, 1.5, "application service",
        r"依托.{2,24}(?:申报|申请)|(?:合作|协助|代理|协同|免费)申报|免费(?:评估|咨询)|一对一|"
        r"全程(?:服务|指导)|申报服务",
        r"人才(?:项目)?(?:申报|顾问)|项目申报|咨询费|不收取|成功后|免面试|入库",
    ),
    cue(
        _AD, 1.0, "offer to the person",
        r"资助每人|(?:全职|兼职)回国|(?:不需|无需|不必)要?全职|参与者可以?获得|"
        r"邀请海外(?:高层次)?人才|可以获得[^。\n]{0,16}补贴",
        r"资助[^。\n]{0,30}(?:博士后?|博士)[^。\n]{0,20}(?:研究工作|工作)|个人的生活开支|生活津贴|往返[^。\n]{0,6}旅费",
        r"full-time return|will (?:receive|be offered)|we offer|participants? (?:can|will) receive|you will|your ",
        most=2,
    ),
    cue(_AD, 0.8, "deadline for applicants", r"截止|deadline|apply (?:by|before)|报名"),
    cue(
        _AD, 0.8, "degree and age together",
        r"博士[^。\n]{0,60}(?:周岁|岁以下)|(?:周岁|岁以下)[^。\n]{0,60}博士|"
        r"phd[^.\n]{0,60}under \d{2}|under \d{2}[^.\n]{0,60}phd",
    ),
)  # fmt: skip
# What is said to a reader who might apply, whoever speaks.
_APPEALS: Final = (
    cue(
        _AD, 1.5, "speaks to the applicant",
        r"what (?:you'll|you will) (?:do|bring|need)|what we (?:look|offer|are looking)|you(?:'ll| will) need an? |"
        r"\bwe (?:seek|are seeking|offer you)\b|who (?:you|we) are\b|your (?:profile|tasks|role|responsibilities)\b",
        r"(?:please|to|can|should|must|may|you) apply (?:via|by|through|online|to|at|now|for the p|here|with)|"
        r"\bapply (?:now|online|here|today|via)\b|(?:interested|qualified|suitable) (?:candidates?|applicants?|scholars?)|"
        r"(?:dm|message) me\b|reply with|opportunity employer|(?:position|post) is filled|"
        r"the successful (?:candidate|applicant)",
        r"(?:is|are) (?:hiring|looking) (?:for )?(?:an? |experts|talents|\d)|looking for (?:experts|an? |\d|talents|overseas)|"
        r"applications?,? (?:including|with|should be sent|must include)|(?:welcomes?|encourages?)[^.\n]{0,60}to apply|"
        r"call for (?:overseas |global |young )?(?:talents?|scholars|experts)|we(?:'ll| will) (?:apply|handle|prepare)",
        most=2,
    ),
    cue(
        _AD, 2.0, "post offered",
        r"\b(?:phd|doctoral|postdoc\w*|faculty|research|teaching|lecturer) (?:positions?|posts?|studentships?|vacanc\w+)\b|"
        r"\b(?:assistant|associate|full) professor(?:ship)?s? (?:in|of|position)[^.\n]{0,60}(?:invite|appl|seek|open)|"
        r"tenure-track (?:assistant|associate|faculty|position)|job (?:title|opening|type|location)|\d{2,3}% position",
        r"招(?:收|聘|募|贤|才|录)[^。\n]{0,20}(?:博士|教授|研究员|工程师|人员|\d{1,3}[名人])|诚征|诚招|高薪|猎头|直聘|内推|"
        r"(?:校园?|社会?|秋|春)招(?:$|[|:!\s聘])|聘期|应聘(?:方式|条件|材料)|\d[kw]\s?[-~]\s?\d{1,3}[kw]\b|base ?[一-鿿]",
    ),
    cue(
        _AD, 1.2, "asks for a CV",
        r"(?:将|把|附|发送|投递?|个人|发|寄|投)[^。\n]{0,12}(?:简历|履历)|(?:简历|履历)[^。\n]{0,24}(?:@|邮箱|发|寄|投|送)|"
        r"\b(?:cvs?|resumes?|motivation letter|cover letter)\b|references? (?:to|before|by)",
    ),
    cue(
        _AD, 1.2, "invites the reader",
        r"(?:诚邀|邀请|欢迎|热烈欢迎|面向)[^。\n]{0,30}(?:英才|学者|博士|专家|人才|青年|毕业生|应届生)|"
        r"私(?:信|聊)|扫码|(?:详情|欢迎)?(?:咨询|垂询)|感兴趣(?:者|的)|意者|等您来|虚位以待|不收(?:任何)?费|"
        r"全程(?:协助|陪同|代办)|想(?:要)?(?:回国|归国)|(?:助|帮)您|协助(?:您)?(?:申报|申请|撰写)|欢迎自荐",
        most=2,
    ),
    cue(
        _AD, 1.0, "terms of a post",
        r"薪(?:资|酬|水)|年薪|月薪|股(?:票|权|权激励|票期权)|补贴|公寓|配偶|子女(?:入学|就学)|住房|(?:人才)?公寓|待遇|报酬|奖金|佣金|给予",
        r"\bsalary\b|stipend|stock options|free apartment|tv-?l e\d|relocation|allowance|start-?up (?:fund|package)",
    ),
    cue(
        _AD, 1.0, "wishes for the person",
        r"(?:者|背景|经验|经历)[^。\n]{0,8}(?:优先|加分)|\d+\s?年以上[^。\n]{0,12}经验|(?:学历|专业)要求|(?:本科|硕士|博士)(?:及)?以上|"
        r"\b\d\+? years|phd (?:required|preferred)|(?:should|must) (?:hold|have) an? (?:phd|doctora)|\bmsc in\b|under 4\d\b",
    ),
)  # fmt: skip
ADS: Final = (*_FORMS, *_APPEALS)
