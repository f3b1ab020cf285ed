"""furniture: which lines stand on a page without being part of the text?

A line is furniture when it is short, does not end like a sentence, and either says so (a label such as "Published" or
"浏览次数") or holds nothing but dates, counters and menu words. Sentences are furniture only when they speak about the
site itself: its copyright, its cookies, its newsletter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from .contact import CONTACT_WORDS, may_have_contact
from .listed import listed
from .normalise import has_digit, units

LONGEST_FURNITURE = 140  # units; longer lines are text unless they speak of the site itself

# Labels before a colon or a figure, and menu words. All in the normalised form (simplified, half width).
LABELS_ZH = listed(
    """
    发布时间 发布日期 发表时间 发表日期 更新时间 更新日期 成文日期 生成日期 印发日期 公开日期 录入时间 添加时间
    来源: 稿件来源 信息来源 文章来源 作者: 供稿: 供稿单位 编辑: 责编 责任编辑 审核: 校对: 撰稿
    发布单位 更新于 浏览人数 责任部门 热度:
    发布人 发布者 发布机构 信息员 浏览次数 浏览量 浏览: 点击数 点击量 点击次数 点击: 阅读: 阅读量 阅读数
    阅读次数 访问量 访问次数 访问: 人气: 次阅读 次浏览 字号 字体: 打印 关闭 收藏 分享到 分享: 分享至 上一篇
    下一篇 上一条 下一条 相关链接 相关文章 相关阅读 相关新闻 延伸阅读 推荐阅读 热门推荐 猜你喜欢 最新文章
    热点推荐 扫一扫 二维码 网站地图 联系我们 关于我们 法律声明 隐私政策 版权所有 版权声明 icp备 icp证 公网安备
    主办单位 承办单位: 技术支持 建议使用 分辨率 网站标识码 标识码 当前位置 您的位置 所在位置 首页> 首页-
    首页 » 索引号 发文机关 主题分类 有效性 发文字号: 文号: 信息分类 公开形式 公开方式 主题词 体裁 返回顶部
    返回首页 返回列表 登录 注册 设为首页 加入收藏 无障碍 手机版 繁体 简体 纠错 微信扫 微博 qq空间 朋友圈
    免责声明 特别声明 友情链接 官方微信 公众号 客户端下载 站内搜索 请输入关键字 查看更多 点击查看 展开全文
    阅读全文 编辑推荐 热搜 评论( 条评论 我要评论 点赞 转发 举报 反馈 语音播报 听新闻 朗读 原标题: 标签: 关键词:
    栏目: 分类: 频道: 责任编辑: 来源| 文/ 图/ 附件下载 相关附件
    """
)
LABELS_EN = listed(
    """
    skip to|sign in|log in|sign up|subscribe|newsletter|cookie|privacy|terms of|terms and|terms &|
    all rights reserved|copyright|(c) 20|share this|share:|share on|share via|facebook|twitter|linkedin|whatsapp|
    pinterest|instagram|print this|print page|print article|email this|read next|read more|related|most read|
    most popular|most viewed|trending|recommended|you may also|you might also|more from|more on this|
    leave a comment|comments|posted in|filed under|tagged|tags:|topics:|categories|category:|breadcrumb|home >|
    home /|home »|home |home »|min read|minute read|views|published|updated|last modified|last updated|posted on|
    posted by|date:|ref:|reference:|source:|by our|staff writer|(reporting by|reporting by|editing by|
    press release|for immediate release|media contact|advertisement|sponsored|back to top|back to|previous|
    next article|next post|prev |menu|search|site map|sitemap|accessibility|about us|contact us|help centre|
    help center|follow us|download the app|download our|listen to|watch:|video:|photo:|image:|photograph:|
    caption|getty images|click here|your email|required fields|captcha|rss|feedback|font size|text size|
    language:|quick links|useful links|related links|top stories|latest news|breaking news|news alert|newsroom|
    reading time|read time|jump to|table of contents|powered by|©|(photo|save article|bookmark|add to favourites|
    add to favorites|edition:|story by|written by|section:
    """,
    "|",
)
# What a page lets its reader do; a notice asks for the same, so beside a date to keep these are no furniture.
ACTIONS = frozenset(listed("登录 注册 转发 举报 反馈 收藏 打印 关闭 扫一扫 二维码 公众号 查看更多 点击查看 附件下载"))
SITE_SPEAKS = listed(
    """
    版权归原作者 版权归 转载内容 不代表本网 不代表本站 侵权请联系 联系删除 未经授权 未经许可 违者必究 注明来源
    注明出处 仅供参考 扫描二维码 关注公众号 关注我们 长按识别 点击阅读原文 本网站 本站所有 投稿邮箱 本文来自
    转载自 转自
    """
)
SITE_SPEAKS_EN = listed(
    """
    cookie|all rights reserved|terms and conditions|privacy policy|your email address|will not be published|
    sign up for|sign up to|subscribe to|our newsletter|this site is protected|this site uses|
    this material may not be|copyright|required fields are marked|javascript|your browser|click here to|
    follow us on|unsubscribe|log in to|first appeared on|originally appeared|originally published|
    views expressed
    """,
    "|",
)
_ZH, _EN, _SITE = frozenset(LABELS_ZH), frozenset(LABELS_EN), frozenset((*SITE_SPEAKS, *SITE_SPEAKS_EN))
ALL_LABELS = sorted(_ZH | _EN | _SITE)
SAYS_EN = re.compile("|".join((r"\b" if label[0].isalpha() else "") + re.escape(label) for label in LABELS_EN))
NOTHING_BUT = re.compile(
    r"(?>\d[\d.,:/年月日时分秒-]*+|[|>»·•*#\[\]()<→/\\_=~+.-]|"
    r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?|am|pm|at|gmt|utc|bst|est|cst|"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*|星期.|周[一二三四五六日]|上午|下午|[,;:]|\s)++",
    re.IGNORECASE,
)
CLOSING = "\")']）」』"
TEXT_ENDS = ("。", "！", "？", "!", "?", ";", "；", ".")
DATE_LINE = re.compile(r"^\W*(\d{4})\s*(?:年|-|/|\.)\s*\d{1,2}\s*(?:月|-|/|\.)\s*(?:\d{1,2}\s*日?)?\W*$")
BYLINE = re.compile(
    r"^(?:by\s+(?:our\s+)?[A-Z(]?[^\W\d](?:[^\W\d]|[ .,'-]){2,60}|(?:本报|本网|本台|通讯员|记者|文字|撰文|摄影)[\w/|·\s:()]{1,30})$",
    re.IGNORECASE,
)
ASKS_VALUE = re.compile(
    r"(?:截止|截至|报名|申报|申请|提交|报送|举行|面试|考试|金额|奖励|资助|补贴|薪|名额|人数|年龄|期限"
    r"|\b(?:deadline|clos\w+|due|appl\w+|amount|salary|award|grant|places|posts|age))[^。.0-9]{0,14}:?$",
    re.IGNORECASE,
)
MATTER = re.compile(
    r"截止|截至|报名|申报|申请|提交|报送|举行|召开|面试|考试|开始|结束|[万亿元]|[$£€¥]|第.{1,4}[批期届次轮]|年度|名额|地点|领域|专业|岗位|周岁|奖|计划|工程|名单"
    r"|\b(?:deadline|clos\w+|appl\w+|due|before|until|starts?|ends?|award|grant|salary|fellow\w*|call|batch|round|phase"
    r"|prize|budget|euros?|dollars?|pounds?|yuan|million|billion|ministry|department|university|council|agency|institute)\b"
    r"|(?:局|厅|委|委员会|办公室|政府|大学|学院|公司|院|部|处|中心|组)$",
    re.IGNORECASE,
)
NUMBER_LINE = re.compile(
    r"(?:^|(?:文号|发文字号|文件编号)\s*:?\s*)([一-鿿]{1,10}[〔\[(](?:19|20)\d\d[〕\])]\s*第?\s*\d{1,5}\s*号)\s*$"
)
BRACKETS = ("[", "【", "(", "〔")
MAY_BE_DATELINE = re.compile(  # begins with a set of signs, so that all others are skipped
    r"[电讯题要读示息悉bB-](?:(?<=[电讯])|(?<=获悉)|(?<=标题)|(?<=[摘提]要)|(?<=导读)|(?<=提示)|(?<=消息)|(?<=[aA]b)stract|(?<=AB)STRACT"
    r"|(?<= -)-? |(?<=\)-)|(?<=\) -))"
)
PREFIXES = (
    re.compile(r"^(?:原标题|标题|摘要|导读|核心提示|内容提要|abstract)\s*(?::|(?=\s))\s*", re.IGNORECASE),
    re.compile(r"^[\[【(](?:导读|摘要|核心提示|提要|转载|转|原创|图文|编者按|本文)[】\])]\s*"),
    re.compile(
        r"^(?:[一-鿿A-Za-z0-9]{2,16}?\s*\d{1,2}月\d{1,2}日\s*|[一-鿿]{2,8})(?:电|讯|(?<=[网社报家])消息)"
        r"(?=[\s,:(\d]|记者|通讯员)\s*(?:\([^)]{1,40}\))?\s*[,:]?\s*"
    ),
    re.compile(r"^[一-鿿A-Za-z0-9]{2,16}?\d{1,2}月\d{1,2}日(?:电|讯|消息)\s*(?:\([^)]{1,40}\))?\s*[,:]?\s*"),
    re.compile(r"^[\[【〔(][^\]】〕)]{2,20}(?:报导|报道|电|讯)[\]】〕)]\s*"),
    re.compile(r"^(?:昨日|今日|日前|近日)?,?(?:本报|本网)?记者[^,。]{0,24}获悉[,:]\s*"),
    re.compile(r"^\((?:本报|本网)?(?:记者|通讯员|特约)[^)]{1,30}\)\s*"),
    re.compile(
        r"^(?:(?P<place>[A-Z][A-Za-z .'/-]{1,40}?)(?:,\s+\d{1,2}\s+[A-Z][a-z]{2,8}(?:,?\s*\d{4})?)?\s*)?"
        r"\(\s*(?:[A-Z][A-Za-z .&'/]{1,30})\s*\)\s*-{1,3}\s*"
    ),
    re.compile(r"^(?P<place>[A-Z][A-Z .'/]{2,40})(?:,\s+\d{1,2}\s+[A-Z][a-z]{2,8})?\s+-{1,3}\s+(?=[A-Z\"'])"),
    re.compile(r"^\([A-Z][A-Za-z .&'/]{1,20}\)\s*(?=[A-Z\"'])"),
)


@dataclass(frozen=True, slots=True)
class Marks:
    """Which furniture words stand in a text at all: most texts have few, and then lines are cheap to check."""

    labels: tuple[str, ...]
    english: bool
    site: tuple[str, ...]
    contact: bool


def marks_in(text: str) -> Marks:
    """The furniture words of a whole normalised text."""
    low = text.lower()
    found = {place for place, _, _ in _labels().find_matches_as_indexes(low, overlapping=True)}
    told = [ALL_LABELS[place] for place in sorted(found) if place < len(ALL_LABELS)]
    return Marks(
        tuple(label for label in told if label in _ZH),
        any(label in _EN for label in told),
        tuple(label for label in told if label in _SITE),
        may_have_contact(low, {CONTACT_WORDS[place - len(ALL_LABELS)] for place in found if place >= len(ALL_LABELS)}),
    )


@cache
def _labels() -> AhoCorasick:
    """Finds all labels, and behind them in number the words of contacts, in one pass over a text."""
    return AhoCorasick([*ALL_LABELS, *CONTACT_WORDS], matchkind=MatchKind.Standard)


def is_furniture(line: str, marks: Marks) -> bool:
    """Whether a whole normalised line belongs to the page and not to the text."""
    if len(line) > 3 * LONGEST_FURNITURE:
        return False
    weight = units(line)
    low = line.lower()
    if weight <= LONGEST_FURNITURE:
        text_like = ends_like_text(line)
        if not text_like or weight <= 40:
            if _labelled(low, marks) and (not text_like or weight <= 24 or "责任编辑" in low):
                return True
            if marks.english and not text_like and len(line.split()) <= 14 and _labelled_en(low):
                return True
        if NOTHING_BUT.fullmatch(line) or BYLINE.match(line):
            return True
    return speaks_of_the_site(low, marks)


def _labelled(low: str, marks: Marks) -> bool:
    """Whether a line carries a label; one that tells a date to keep or an amount has to begin with it."""
    found = [label for label in marks.labels if label in low]
    if not found or not _tells_a_figure(low):
        return bool(found)
    start = low.lstrip("[【(·•- ")
    return any(start.startswith(label) for label in found if label not in ACTIONS)


def _labelled_en(low: str) -> bool:
    found = SAYS_EN.search(low)
    return found is not None and (found.start() <= 2 or not _tells_a_figure(low))


def _tells_a_figure(line: str) -> bool:
    return has_digit(line) and speaks_of_matter(line)


def speaks_of_the_site(low: str, marks: Marks) -> bool:
    """Whether a lower-case line or sentence is the site's own voice: copyright, cookies, newsletter.

    Such lines are short or begin with it, and have no figures but those of a copyright; all else may be text.
    """
    if len(low) > 3 * LONGEST_FURNITURE:
        return False
    spoken = [low.find(mark) for mark in marks.site if mark in low]
    if not spoken or (units(low) > LONGEST_FURNITURE and min(spoken) > 60):
        return False
    return not has_digit(low) or any(sign in low for sign in ("copyright", "版权", "©", "备"))


def asks_for_a_value(line: str) -> bool:
    """Whether a short line is a label whose value stands on the next line, as in a table: a closing date, an amount."""
    if len(line) > 60 or line.endswith(("。", ".")) or units(line) > 60:
        return False
    return ASKS_VALUE.search(line) is not None


def ends_like_text(line: str) -> bool:
    """Whether a line ends with a full stop or the like, closing quotes and brackets aside."""
    return line.rstrip(CLOSING).endswith(TEXT_ENDS)


def speaks_of_matter(line: str) -> bool:
    """Whether a short line outside the text may still be what a notice is about: money, a date to keep, a batch, who signs."""
    return MATTER.search(line) is not None


def own_number(line: str) -> str:
    """The document number that a short line gives as that of the text itself (文号), or an empty string."""
    if "号" not in line or len(line) > 60:
        return ""
    found = NUMBER_LINE.search(line)
    return "".join(found[1].split()) if found else ""


def sign_off_year(line: str) -> int | None:
    """The year of a line that is a date alone, as under a notice."""
    found = DATE_LINE.match(line)
    return int(found[1]) if found else None


def without_dateline(line: str) -> tuple[str, str]:
    """The line without agency, place and reporter before it, and the dateline's place in lower case (or '')."""
    place, before = "", ""
    while before != line and (line.startswith(BRACKETS) or MAY_BE_DATELINE.search(line, 0, 80)):
        before = line
        for prefix in PREFIXES:
            found = prefix.match(line)
            if found and 0 < found.end() < len(line):
                place = place or (found.groupdict().get("place") or "").strip().lower()
                line = line[found.end() :]
    return line, place
