"""people: what shows that a text is about one person?"""

from __future__ import annotations

from typing import Final

from ...domain.hit import Kind
from .cue import cue

_PROFILE: Final = Kind.PROFILE

_FORMS: Final = (
    cue(
        _PROFILE, 2.0, "person with a post",
        r"^[^。，\n一名位诉聘]{1,20}(?:教授|研究员|院士|工程师|讲师|专家)[，,、。 ]|博士生导师|硕士生导师|"
        r"博导|(?:主要)?研究(?:方向|领域)(?:为|是|:|有|包括)",
    ),
    cue(
        _PROFILE, 1.5, "career",
        r"(?:19|20)\d{2}年[^。\n]{0,30}(?:毕业于|获[^。\n]{0,16}(?:学位|博士)|任教)|"
        r"毕业于[^。\n]{0,12}大学|历任|曾任|现任",
        r"(?:发表|出版)[^。\n]{0,16}(?:论文|专著)|主持[^。\n]{0,24}(?:项目|课题|经费|基金)|先后完成|机构从事|被引用",
        most=2,
    ),
    cue(_PROFILE, 1.5, "born in", r"[，,]\s?(?:19|20)\d{2}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:出)?生[，,。]"),
    cue(
        _PROFILE, 1.5, "awards of a person",
        r"入选(?!者)[^。\n]{0,24}(?:计划|人才|学者|专家)|(?:基金|奖)获得者|winner of the|"
        r"recipient of|特聘教授|享受国务院|著名专家",
    ),
    cue(
        _PROFILE, 2.0, "person in English",
        r"\b(?:earned|received|obtained) (?:his|her) |\b(?:his|her) (?:research (?:interests?|"
        r"focuses|lab)|doctorate|ph\.?d)|doctoral supervisor",
        r"\b(?:he|she) (?:is|was appointed|joined|holds|leads|has published|works)\b|"
        r"leads the [a-z]+ (?:lab|group|team)",
        r"\(born \d{4}\)|supervises|heads the|\b(?:her|his) group|is (?:an?|the) (?:associate |"
        r"assistant |full |distinguished )?(?:professor|dentist|director|lecturer)",
        most=2,
    ),
    cue(
        _PROFILE, 2.0, "name with an age or sex",
        r"^(?:dr|prof(?:essor)?)?\.? ?[a-z]{2,20}(?: [a-z]{2,20}){1,2}, \d{2},|"
        r"^[一-鿿]{2,4}[，,、 ]\s?[男女][，,、 ]|formerly (?:at|of)",
    ),
    cue(_PROFILE, 1.2, "titled name", r"^(?:dr|prof(?:essor)?|mr|ms|mrs)\.? [a-z]+ [a-z]+[, ]|\[name\], ph\.?d"),
    cue(
        _PROFILE, 1.2, "person's page",
        r"\bcurriculum vitae|contact: \w{1,40}@|个人简介|教育背景|工作经历|公开(?:网页)?资料显示|"
        r"发明专利|具备[^。\n]{0,40}经验|\bhomepage|resume\b",
        most=2,
    ),
)  # fmt: skip
# What stands on the page of one person: studies, posts, honours in rows or in a tale.
_LIVES: Final = (
    cue(
        _PROFILE, 1.5, "heads of a CV",
        r"(?:^|\n)\s*(?:education|employment|honou?rs|awards|publications|biography|bio|current position|appointments|"
        r"experience|office|teaching|"
        r"research(?: interests)?|previous|about|lab members)\s?(?:\n|:)",
        r"(?:^|\n|。|;)\s?(?:姓名|性别|出生年月|学历|学位|经历|职称|荣誉|专长|研究专长|工作经历|教育经历|教育背景|"
        r"人才称号|学术兼职|社会兼职|个人简[历介]|代表性论文|研究(?:方向|领域|"
        r"兴趣)|开授课程|联系方式|导师简介):?",
        most=3,
    ),
    cue(
        _PROFILE, 1.5, "studied and served",
        r"(?:大学|学院|年)[^。，\n]{0,20}(?:获|取得)[^。，\n]{0,20}学位(?!论文)|(?:获|取得)[^。，\n]{0,16}(?:大学|"
        r"学院)[^。，\n]{0,12}学位|(?:博士|硕士|本科)?毕业于|毕业(?:分配|后)|(?:博士|硕士)后?[,，][^。\n]{0,20}(?:教授|研究员)|"
        r"兼任|任职于|师从|(?:19|20)\d{2}(?:年|\.\d{1,2})?[-—~至起](?:今|(?:19|20)\d{2}|任)|入选(?:国家|省|中组部|教育部)|当选|"
        r"(?:他|她|其)(?:19|20)\d{2}年|获[^。\n]{0,12}(?:一等奖|二等奖|奖学金)|引用[^。\n]{0,6}次|授权专利|培养研究生|"
        r"(?:发表|第一作者)[^。\n]{0,12}论文",
        r"\bph\.?d\.?,? (?:in |from |[a-z. ]{2,40}, )?[^.\n]{0,40}(?:19|20)\d\d|received (?:his|her|a) ph|"
        r"\bb\.?s\.?c?\., |(?:19|20)\d\d ?- ?(?:present|now|(?:19|20)\d\d)|"
        r"\(since (?:19|20)\d\d\)|\bi (?:work on|lead an? |study |supervise|did my|came back in (?:19|20))|selected (?:papers|"
        r"publications)|"
        r"prospective students|after (?:an?|his|her) (?:doctorate|phd|postdoc)\b|\bh-index|joined the [a-z]+ in (?:19|20)|"
        r"was (?:born|a postdoc|elected)|(?:he|"
        r"she) (?:studied|spent|taught|trained|earned|received|holds|serves|was)\b|"
        r"(?:his|her) (?:doctorate|phd|work on|research)|\borcid\b|survived by|curriculum vitae|speaker bio|"
        r"promotion (?:19|20)\d\d",
        most=3,
    ),
    cue(
        _PROFILE, 1.5, "name and post first",
        r"^[一-鿿·]{2,4}[,，:][^。\n]{0,40}(?:教授|研究员|董事长|总经理|博士|院士|主任|院长|工程师|讲师|男|女)",
        r"^[一-鿿]{2,4}(?:教授|老师|研究员|院士|博士|先生|女士)[,，:长先简]",
        r"^(?:dr|prof)\.? [a-z]+(?: [a-z]+)? (?:is|leads|joined|received|was)|"
        r"^[a-z]+ [a-z.]+ (?:[a-z]+ )?is an? [a-z -]{0,40}(?:scientist|professor|engineer|researcher|student|founder)|"
        r"my name is|i am an? [a-z ]{0,24}(?:ist|er|or)\b|^[a-z]+ [a-z]+ is an? (?:[a-z]+ )?(?:\w{4,}ician|\w{3,}ist|historian)\b|"
        r"^(?:about|about me|bio|biography)\W{1,3}(?:i|dr|he|she)\b|i did my (?:phd|doctorate)|"
        r"^[^\n，。:]{1,8}:[^\n。]{0,40}(?:人才|专家|学者|教授)[，,]|i am an? (?:phd|researcher|doctoral|professor|"
        r"engineer|scientist|third|first|second)|^(?:people|"
        r"faculty|staff) ?/|chief (?:technology|executive|scientific) officer\. (?:dr|mr|ms)",
    ),
    cue(
        _PROFILE, 1.2, "about the person",
        r"[，,](?:男|女)[，,]|(?:19|20)\d{2}年(?:\d{1,2}月)?(?:出?生|于)|中国国籍|境外永久居留权|博士研究生学历|"
        r"(?:\d{2})岁[，,]|"
        r"我国[^。\n]{2,16}(?:奠基人|专家)|长期从事|国际期刊编委|副?教授\s?(?:[。\n]|$)|助理教授|(?:兼任|理事)",
        r"born in|geb\. (?:19|20)|fellow of the|fellow (?:19|20)|postdoc at|research interests|holds \d+ patents|"
        r"(?:associate|assistant) professor (?:in|of|at)",
        most=2,
    ),
)  # fmt: skip
PEOPLE: Final = (*_FORMS, *_LIVES)
