"""register: which habits of writing show a kind where no form of it is seen?

Habits of a whole trade, not of one site: how papers cite and name their authors, how reporters quote, how an
encyclopaedia opens, how a law counts its articles.
"""

from __future__ import annotations

from typing import Final

from ...domain.hit import Kind
from .cue import cue

_PAPERS: Final = (
    cue(
        Kind.TECHNICAL, 2.5, "classes and marks of a paper",
        r"\[(?:cs|math|stat|eess|econ|physics|q-bio|q-fin|cond-mat|astro-ph|hep-[a-z]+|quant-ph|gr-qc)\.?[a-z-]*[\],]|arxiv:\d|"
        r"中图分类号|文献标识码|文章编号|收稿日期|修回日期|网络首发|引用格式|责任编辑:|開放存取|\borcid\b|\bdoi:? ?10\.",
    ),
    cue(
        Kind.TECHNICAL, 1.5, "citations in the running text",
        r"[一-鿿a-z)）]\s?\[\d{1,3}(?:\s?[-,，~]\s?\d{1,3})*\](?![a-z(])|等\s?\[\d|[a-z]+ et al|"
        r"\([A-Z一-鿿][\w一-鿿 .&]{1,40}(?:等|et al\.?)?[,，] ?(?:19|20)\d{2}[a-z]?(?:[;；)])",
        most=2,
    ),
    cue(
        Kind.TECHNICAL, 2.0, "affiliations of authors",
        r"(?:大学|学院|研究[所院]|中心|实验室|医院|公司|大學|科学院)[^。\n]{0,16}[,， ]\s?\d{6}(?!\d)|"
        r"(?:university|institute|college|laboratory|academy|hospital)[^\n]{0,70}? \d{5,6}(?!\d)[^\n]{0,12}(?:china|$|[;,.)])|"
        r"\d\s?[\.．]\s?(?:school|college|institute|department|state key lab|key lab)|\\?\* ?(?:corresponding author|e-?mail)|"
        r"通[讯信]作者|第一作者",
    ),
    cue(
        Kind.TECHNICAL, 1.5, "what we studied and found",
        r"\b(?:we|this (?:paper|work|study|article|thesis)|our (?:results?|method|approach|experiments?|analysis|model)) "
        r"(?:also |first |then |further )?(?:study|studies|shows?|proves?|introduces?|presents?|proposes?|demonstrates?|"
        r"investigates?|"
        r"finds?|evaluates?|develops?|analy[sz]es?|analy[sz]e|explores?|describes?|reports?|examines?|argues?|compares?|"
        r"derives?|establish(?:es)?|achieves?|outperforms?|fitted|measured|compared|tested|sampled|sequenced|simulated)\b|"
        r"state-of-the-art|\bhowever, (?:existing|most|current|prior)\b|"
        r"\b(?:groupoid|homology|asymptotic|bayesian|stochastic|eigenvalue|manifold|lemma|dataset|benchmarks?|fine-tuning|"
        r"transformers?|tokens?|encoder|decoder|convolution\w*|regularization|chain-of-thought|reinforcement learning)\b",
        r"(?:分别|采用|利用|通过|基于)[^。\n]{0,30}(?:测定|分析|检验|拟合|模拟|计算|测量|检测|提取|构建)|(?:图|"
        r"表)\s?\d{1,2}(?:[-.]\d)?(?:[^\d月日]|$)|"
        r"(?:遗传)?多样性|分子标记|扩增|聚类|多态|种源|方差|显著(?:性|水平|高于|低于|增加|降低)|样本|变量|假设\s?[h\d]|标准差|"
        r"相关系数|回归(?:分析|模型|系数)|处理(?:组|间)|重复试验|对照|浓度|含量|"
        r"生长量|"
        r"(?:本|该)(?:文|研究)(?:拟|以|将|通过|提出|采用|基于|发现|认为)|据此[,，]",
        most=2,
    ),
    cue(
        Kind.TECHNICAL, 1.5, "measures and symbols",
        r"\d\s?(?:mg|μg|ug|ml|μl|mol|mmol|kpa|℃|°c|hz|khz|mhz|ghz|nm|μm|mm|cm2|hm2|g/l|mg/kg|dpi|ppm|ev|kev|kw)\b|"
        r"\$ ?\\|\\(?:mathrm|frac|begin|alpha|"
        r"text)\b|<t[dr][ >]|\bp ?[<>=≤] ?0|[±×≤≥]\s?\d|r2 ?=|\bn ?= ?\d",
        most=2,
    ),
    cue(
        Kind.TECHNICAL, 2.0, "a table or code as it is stored",
        r"(?:^|\n)\s*\|[^\n|]{1,60}\|[^\n]{0,120}\|\s*\n|\bvarchar\b|\bbigint\b|\bcreate table\b|\b(?:const|let|"
        r"var) \w+ ?=|=> ?\{|"
        r"(?:^|\n)msg(?:id|"
        r"str) \"|(?:^|\n)#(?:ifn?def|define|endif)|"
        r"\breturn [^\n]{1,60};|\w+\(\w*\) ?\{|(?:^|\n)\s*(?:def|class|import|from) \w+|\bself\.\w+|\bnull\b|\bassert \w+",
    ),
)  # fmt: skip
_PRESS: Final = (
    cue(
        Kind.NEWS, 2.0, "reporting verbs in the past",
        r"\b(?:announced|warned|accused|admitted|agreed|claimed|confirmed|denied|revealed|vowed|urged|critici[sz]ed|praised|"
        r"insisted|predicted|forecast|complained|testified|ruled|resigned|stepp(?:ed|ing) down|"
        r"defeated|scored|beat|sealed|intensified|expects?|reportedly|allegedly)\b",
        most=2,
    ),
    cue(
        Kind.NEWS, 1.5, "persons by their office",
        r"\b(?:president|prime minister|chancellor|secretary|rep\.|sen\.|senator|governor|minister|ambassador|ceo|"
        r"chief executive|"
        r"chairman|coach|manager|captain|mayor|attorney general|officials?|lawmakers?|analysts?|critics|researchers say|mps|"
        r"the pentagon|white house|congress|parliament|supreme court|wall street|the eu|nato|washington|moscow)\b",
        r"(?:部长|外长|总理|总统|发言人|局长|市长|省长|书记|主席|院长|主任)[一-鿿]{2,4}(?:说|表示|指出|介绍|率|出席|带队|一行)",
        most=2,
    ),
    cue(
        Kind.NEWS, 2.0, "dateline or source line",
        r"(?:^|\n)[A-Z][A-Za-z.' ]{2,24},? [A-Z][A-Za-z.]{1,14}\.?,? ?(?:\([^()\n]{2,30}\))? ?(?:-|--) |(?:^|"
        r"\n)[A-Z]{4,}[A-Z, ]*(?:\([^()\n]{2,30}\) ?)?- ",
        r"\d{1,2}月\d{1,2}日(?:讯|电|消息)|来源:|原标题:|编辑:|作者:[一-鿿]{2,4}\s|(?:^|\n)文/|记者[一-鿿]{2,4}[/╱]|"
        r"(?:published|updated|posted)[: ]+(?:on )?\d{1,2} [A-Z]|\d min read|\d views\b",
        cased=True, most=2,
    ),
    cue(
        Kind.NEWS, 1.5, "quoted speech",
        r"[,，.。!?] ?[”\"] ?(?:[a-z.]+ ){0,4}(?:said|says|added|told|he|she)|(?:said|says|added|told)[^\n.]{0,40}[,:] [“\"]",
        most=2,
    ),
    cue(
        Kind.NEWS, 1.5, "police, markets, sport, war",
        r"派出所|民警|犯罪嫌疑人|抓获|警方|赌资|受害人|法院审理|经审理|报警|嫌疑|涨幅|跌幅|收盘|开盘|大盘|a股|港股|市值|"
        r"美元(?:基金|债)|球队|联赛|决赛|冠军|导弹|轰炸|空袭|冲突|制裁|关税",
        r"\b(?:profits?|sales|retailers?|shares?|quarterly|fiscal|tariffs?|trade (?:war|deal)|merger|takeover|"
        r"generic drug|sensex|nifty)\b|"
        r"\b(?:touchdowns?|champions league|premiership|semi-?finals?|finals?|qualif(?:y|ied|ication)|tournament|"
        r"six nations)\b|"
        r"\b(?:police|shooting|missiles?|troops|spying|whistleblower|impeachment|hostages?|killed|convicted|custody)\b",
        most=2,
    ),
)  # fmt: skip
_LEARNING: Final = (
    cue(
        Kind.OTHER, 1.5, "opening of an encyclopaedia",
        r"^[^\n]{1,16}\n[^\n。]{0,24}(?:是|指|为|又称)|^[一-鿿《》]{2,12}[,，]?(?:是|指|出自|又名|又称|意指|位于)[^。\n]{4,}|"
        r"(?:又|亦|俗|古|简|也)称[为作]?|通常指|泛指|定义[为是]|起源于|位于[^。\n]{2,20}(?:部|岸|侧|端|省|市)|"
        r"面积[^。\n]{0,6}平方公里|公元前?\d",
        r"^(?!we |i |he |she |you |our |dr |prof)(?:the |an? )?[a-z' -]{2,40} (?:is|was|are|were) (?:an? |the |"
        r"one of )(?!(?:[a-z]+ ){0,3}(?:professor|researcher|scientist|senior|lecturer|engineer|fellow|\w{4,}ician|\w{3,}ist\b|"
        r"\w{4,}ologist|chemist|historian))",
        most=2,
    ),
    cue(
        Kind.OTHER, 1.0, "what is so at all times",
        r"世纪|古代|历史上|传统上|通常|一般(?:是|为|而言)|指的是|(?:是|为)[^。\n]{2,20}(?:之一|的一种)|主要(?:有|包括|"
        r"分布)|种类|分为|被称为|学者们|"
        r"气候|植被|地形|神话|文化|宗教|\b(?:traditionally|throughout history|is located|centur(?:y|ies)|is (?:known|"
        r"named) (?:as|for|after)|commonly)\b",
        most=2,
    ),
    cue(Kind.OTHER, 1.5, "notes of an encyclopaedia", r"\]\[\d{1,3}\]"),
    cue(
        Kind.OTHER, 1.5, "records of a list",
        r"(?:(?<![a-z])\w{2,16}['\"]?: ?['\"][^'\"\n]*['\"],?\s+){2,}",
    ),
    cue(
        Kind.OTHER, 2.0, "a body counts its people",
        r"(?:形成|建成|拥有|有)[^。\n]{0,14}(?:一支|队伍|团队)|(?:现有|固定|科研|研究)人员[^。\n]{0,10}\d+|(?:其中|"
        r"包括)[^。\n]{0,24}(?:院士|教授|研究员|博士|杰青)[^。\n]{0,10}"
        r"\d+[名人位]|(?:院士|杰青|首席科学家)\d+人",
    ),
    cue(
        Kind.OTHER, 1.5, "advice to all who read",
        r"\b(?:you should|you can|if you(?:'re| are)?|your (?:home|family|kids|phone|money|savings))\b|\bhow (?:do|to|"
        r"can) (?:you|i|we)\b|"
        r"\b(?:tips|gift guide|best way to)\b|建议(?:大家|您|你)|怎么(?:办|选|做)|注意事项|百搭|舒适|显瘦|面料|护肤",
    ),
    cue(
        Kind.OTHER, 2.0, "a house that shows itself",
        r"公司(?:创建|创立|成立|坐落|总部|位于|现有|拥有|主营|产品|秉[持承])|集(?:研发|科研|生产|设计)[^。\n]{0,20}于一体|"
        r"现有(?:员工|职工)|注册资[金本]|"
        r"(?:经营|企业)(?:理念|宗旨)|竭诚|iso ?9001|重点高新技术企业|产品(?:远销|畅销|广泛)|售后|"
        r"\b(?:our (?:company|team|products|customers|clients)|we are a (?:leading|global))\b",
        most=2,
    ),
    cue(
        Kind.OTHER, 1.5, "schooling, leisure, prayer",
        r"幼儿|招生简章|幼儿园|小学|中学生|家长|夏令营|培训班|票价|门票|游客|景区|佛教|基督|圣经|彼得|约翰|诗|"
        r"\b(?:tickets?|ride free|fireworks|parade|kindergarten|church|prayer|novel|lyrics)\b",
        most=2,
    ),
)  # fmt: skip
_OFFICES: Final = (
    cue(
        Kind.POLICY_DOCUMENT, 2.0, "duties shared out",
        r"\((?:责任单位|牵头单位|配合单位|责任部门)|(?:责任|牵头|配合)(?:单位|部门):|第[一二三四五六七八九十]{1,3}条[ 　]|"
        r"(?:附件|附表)\s?[\d一二三四:]|各(?:县|区|市)[^。\n]{0,12}(?:局|委|办)[:,，]|"
        r"(?:article|section|clause) \d+[.:]|征求意见稿|起草(?:背景|说明)|(?:自|于)(?:发布|公布|印发)之日起|本(?:办法|"
        r"意见|措施|细则|通知|要点|条例)",
        most=2,
    ),
    cue(
        Kind.POLICY_DOCUMENT, 0.8, "an authority's programme of work",
        r"(?:推进|推动|加快|完善|强化|健全|深化|优化|支持|鼓励|引导|落实|加强)[^。\n,，]{2,24}(?:建设|机制|体系|发展|改革|"
        r"服务|平台|制度|创新|供给|引育|培育|作用)",
        most=4,
    ),
)  # fmt: skip
_SEEKING: Final = (
    cue(
        Kind.RECRUITMENT_AD, 1.5, "the house offers, the reader brings",
        r"\b(?:we|our [a-z]+) (?:bring|pay|provide|cover|act for|are mandated|need|needs|want|has [a-z]+ (?:open|"
        r"independent|vacant))\b|"
        r"\byou (?:bring|hold|have|are|write|speak|get|receive|will)\b|\bideal (?:background|candidate|profile)\b|"
        r"\bwrite to (?:the|us|me|prof|dr)\b|"
        r"\b(?:slots?|openings?) (?:for|in|at)\b|\bwhoever (?:introduces|recommends)\b",
        r"(?:希望|要求|期待|盼)您|我们(?:给|提供|为您)|(?:请|可)(?:直接)?(?:回信|来信|来电|联系|私信|发)|(?:常年|长期|"
        r"全年)(?:接受|受理|有效|招)|"
        r"(?:带头人|负责人|工程师|博士后)\s?\d{1,2}(?:-\d{1,2})?\s?[名位人]|招收:|子女择校|配偶安置|人才房|(?:年包|年收入|"
        r"税前)\s?[\d七八百]|来电详谈|急寻",
        most=2,
    ),
)  # fmt: skip
REGISTER: Final = (*_PAPERS, *_PRESS, *_LEARNING, *_OFFICES, *_SEEKING)
