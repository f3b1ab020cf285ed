"""words: which words may stand for each other without changing what is told?

Closed classes only: what a desk changes when it edits copy (who said it, function words, spelling of two countries).
Whatever is not listed counts as a change, because "approved" for "rejected" is the same edit to any string measure.
"""

from __future__ import annotations

from functools import cache

from monitor.pipeline.match.forms import surnames

from .listed import listed

FUNCTION_EN = frozenset(
    listed(
        """
    a an the of to in on at by for with and or that which who this these those it its is are was were be been
    has have had as from into about also there their his her he she they we our i you your then so s 's will
    would just very quite however meanwhile moreover further furthermore additionally now today mr mrs ms dr sir
    """
    )
)
# What may come and go without changing what is told; a function word that replaces another one is a change.
FILLERS_EN = frozenset(
    listed(
        """
        a an the that which who this these those its of and on also there their his her so 's just very quite however
        meanwhile moreover further furthermore additionally mr mrs ms dr sir has have had
        """
    )
)
SAYS_EN = frozenset(listed("said says announced announces statement told reported added confirmed"))
DETERMINERS_EN = frozenset(listed("a an the this that these those its their which who"))
FUNCTION_ZH = frozenset("的了着地得之并且而也还就都及和与把则便所其该各又很更个现")
FILLERS_ZH = frozenset(("人民币", "整"))  # beside an amount in yuan they say nothing

_GROUPS_EN = """
said|says|told|stated|added|announced|noted|commented|explained|declared|remarked|reported|according
officials|authorities
shortly|just|soon
put out|extinguish|extinguished
large|big|huge|major
begin|start|commence|begins|starts|began|started|commenced
buy|purchase|bought|purchased
get|obtain|receive|got|obtained|received
help|assist|aid|helped|assisted
show|demonstrate|shows|showed|shown|demonstrated|indicated|indicates
use|utilise|utilize|used|utilised|utilized
need|require|needs|requires|needed|required
people|persons|individuals
many|numerous|several
nearly|almost
about|around|approximately|roughly|some
while|whilst|whereas
because|since|as
though|although
but|however|yet
among|amongst
also|too
after|following
before|prior to|ahead of
during|throughout
currently|presently|at present|now
firm|company|business
ceo|chief executive|chief executive officer
workers|employees|staff
film|movie
per cent|percent|%
children|kids
town|city
important|significant|key
quickly|rapidly|fast|swiftly
whole|entire
often|frequently
try|attempt|tried|attempted|trying|attempting
choose|select|chose|selected|chosen
build|construct|built|constructed
think|believe|thinks|believes|thought|believed
make|create|makes|creates|made|created
find|discover|finds|found|discovered
give|provide|gives|provides|gave|provided|given
keep|retain|kept|retained
like|such as
more than|over|above
less than|under|below
must|have to|has to
cfp|call for papers
can|is able to|are able to
"""
_GROUPS_ZH = """
说|称|表示|指出|介绍|透露|强调|告诉记者|介绍说|表示说|认为|谈到|讲|宣布|声称
日前|近日|最近|近期|目前|现在|当前|如今
和|与|及|以及|跟|同
因为|由于|因
但|但是|不过|然而|可是|可
并|并且|而且|且
如果|若|倘若|如|假如
虽然|尽管|虽
可以|能够|能|可
应|应当|应该|须|必须|需|需要
将|将会|会
进行|开展|实施
帮助|协助|援助
开始|启动
获得|取得|得到
提高|提升
增加|增长
使用|利用|运用|采用
通过|经|经过
根据|依据|按照|依照|按
对|对于|就
在|于
从|自
此外|另外|同时
非常|十分|很|极其|相当
很多|许多|大量|众多|不少
这些|这类
这个|该|此|这
我国|中国
人员|人士
问题|难题
重要|关键|主要
立即|马上|立刻|即刻
大约|约|大概|近
超过|逾|多于
等|等等
位于|地处
共|共计|总计|合计
包括|包含|涵盖
例如|比如|譬如
因此|所以|因而
之后|后|以后
之前|前|以前
时|时候|之时
已|已经
均|都|全部|皆
名|位
日|天
仿|彷
了|瞭
据了解|据悉
共同建设|共建
借|藉
仍|仍然|依然|还
其中|当中
民众|群众|市民|居民
公司|企业
在线|线上
软件|软体
登录|登入
发送|传送
硬件|硬体
网络|网路
支持|支援
程序|程式
视频|影片
审核|稽核
质量|品质
数字|数位
激光|雷射
芯片|晶片
屏幕|萤幕
打印|列印
用户|使用者
信息|资讯
项目|专案
高级|高阶
发布|释出
诚聘|招聘|诚招|急聘|急招
水平|水准
通过|透过
"""


_OPPOSITES = """
高|低
上|下
增|减
升|降
多|少
大|小
长|短
前|后
内|外
进|出
买|卖
男|女
东|西|南|北
甲|乙|丙|丁
早|晚
快|慢
新|旧
开|关|闭
始|终|止
胜|负
盈|亏
涨|跌
优|劣
强|弱
须|可
应|可
必|可
或|和
或|与
或|及
或|且
或|并
and|or
must|may
shall|may
must|can
all|some
all|most
all|few
most|few
both|either
up|down
rise|fall|drop|decline
rises|falls|drops|declines
rose|fell|dropped|declined
rising|falling|declining
increase|decrease|reduce
increases|decreases|reduces
increased|decreased|reduced
increasing|decreasing
more|less|fewer
most|least
above|below
over|under
before|after
high|low
higher|lower
highest|lowest
open|close|closed
opens|closes
opened|closed
approve|reject
approves|rejects
approved|rejected
accept|refuse|reject
accepted|refused|rejected
win|lose
wins|loses
won|lost
gain|loss|lose
gains|losses|loses
gained|lost
allow|ban|forbid
allows|bans|forbids
allowed|banned|forbidden
men|women
male|female
north|south|east|west
northern|southern|eastern|western
buy|sell
buys|sells
bought|sold
import|export
imports|exports
success|failure
succeeds|fails
succeeded|failed
pass|fail
passed|failed
start|end|stop
starts|ends|stops
started|ended|stopped
begins|ends
join|leave
joins|leaves
joined|left
hire|dismiss
hired|dismissed
guilty|innocent
approval|denial
approval|refusal
approval|rejection
acceptance|refusal
acceptance|rejection
convicted|acquitted
convicted|cleared
conviction|acquittal
grant|deny
granted|denied
add|remove
add|delete
adds|removes
adds|deletes
added|removed
added|deleted
addition|removal
addition|deletion
additions|removals
additions|deletions
include|exclude
includes|excludes
included|excluded
including|excluding
impose|lift
imposed|lifted
eligible|ineligible
appointed|dismissed
resume|suspend
resumed|suspended
mandatory|optional
mandatory|voluntary
permanent|temporary
public|private
paid|unpaid
legal|illegal
full|part
full|half
half|part
exempt|covered
exempt|subject
exempt|liable
minimum|maximum
least|most
undergraduate|graduate|postgraduate
employer|employee
employers|employees
trainer|trainee
trainers|trainees
junior|senior
deputy|chief
alive|dead
always|never
"""


def _groups(listing: str) -> dict[str, frozenset[int]]:
    members: dict[str, set[int]] = {}
    for number, line in enumerate(listing.strip().splitlines()):
        for word in line.split("|"):
            members.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in members.items()}


SYNONYMS = _groups(_GROUPS_EN) | _groups(_GROUPS_ZH)

OPPOSITES: dict[str, frozenset[str]] = {}
for _line in _OPPOSITES.split():
    for _word in _line.split("|"):
        OPPOSITES[_word] = OPPOSITES.get(_word, frozenset()) | (frozenset(_line.split("|")) - {_word})

NEGATIONS_EN = frozenset(
    listed(
        """
    not no never none neither nor without cannot can't won't don't doesn't didn't isn't aren't wasn't weren't
    nobody nothing unless except excluding cancelled canceled suspended withdrawn rejected denied refused failed
    vice deputy acting interim former formerly ex non draft provisional proposed planned alleged allegedly
    """
    )
)
NEGATIONS_ZH = frozenset(
    "不未无非没勿否莫拟预副原"
)  # and what changes the state of a thing: 拟 (planned), 副 (deputy), 原 (former)
NEGATION_WORDS_ZH = ("暂停", "取消", "停止", "终止", "撤销", "暂缓", "除外", "禁止")

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
PLACE_ENDS = frozenset("省市县区州镇乡村盟旗港岛湾")
PROGRAMME_NOUNS_ZH = ("计划", "工程", "行动", "项目", "基金", "专项", "大赛", "奖", "人才")
PROGRAMME_NOUNS_EN = frozenset(
    listed(
        """
    plan program programme project fellowship fellowships fund grant grants award awards initiative scheme
    scholarship scholarships prize accelerator competition action
    """
    )
)


# Family names beyond those that matching knows; rarer ones, and none that is an everyday word.
_MORE_FAMILIES = frozenset(
    "卫纪甘霍褚凌景晏尚艾冷简饶沙鞠丰桑桂边盛单莫卜卓屠池闻党贡劳姬雍濮燕浦诸司邝岑邰鄢纵裘缪慕祁幸"
)


@cache
def families() -> frozenset[str]:
    """Family names, as one Han character and in Latin letters."""
    return surnames() | _MORE_FAMILIES


def interchangeable(one: str, other: str) -> bool:
    """Whether two words or phrases (case folded) are listed as meaning the same."""
    groups = SYNONYMS.get(one)
    return groups is not None and not groups.isdisjoint(SYNONYMS.get(other, frozenset()))
