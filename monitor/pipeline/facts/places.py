"""places: in which province and city of China does the call, programme, post or award belong?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ..later import later
from .counties import COUNTIES
from .gazetteer import GAZETTEER
from .page import SENTENCE, Page
from .script import SIMPLIFIED


@dataclass(frozen=True, slots=True)
class Place:
    """A province (`city` None) or city; `weak` names are words too, `small` ones are county-level cities."""

    province: str
    city: str | None
    chinese: str
    english: str
    weak: bool = False
    small: bool = False


def _read(lines: str) -> Iterator[Place]:
    province = ""
    small = False
    for line in lines.strip().splitlines():
        words = line.split()
        if line.startswith("CN-"):
            province, small = words[0], False
            yield Place(province, None, words[1], words[2].rstrip(":").replace("_", " "))
            words = words[3:]
        while words:
            if words[0] == "/":
                small, words = True, words[1:]
                continue
            name, english, words = words[0], words[1].replace("_", " "), words[2:]
            yield Place(province, english, name.rstrip("*"), english, name.endswith("*"), small)


PLACES: Final = tuple(_read(GAZETTEER))
_PROVINCES: Final = {place.province: place for place in PLACES if place.city is None}
_NO_CITIES: Final = frozenset({"CN-BJ", "CN-TJ", "CN-SH", "CN-CQ", "CN-HK", "CN-MO", "CN-TW"})


def _by(key: str) -> dict[str, tuple[Place, ...]]:
    """Places by name; for equal names prefectures come before county-level cities, Zhejiang first."""
    named: dict[str, list[Place]] = {}
    for place in sorted(PLACES, key=lambda it: (it.small, it.province not in ("CN-ZJ", "CN-JS", "CN-FJ", "CN-SN"))):
        named.setdefault(getattr(place, key), []).append(place)
    return {name: tuple(places) for name, places in named.items()}


_CHINESE: Final = _by("chinese")
_ENGLISH: Final = _by("english")


def _counties(lines: str) -> Iterator[tuple[str, Place]]:
    """Names of counties and banners with the province that is told for them; autonomous ones have a short name too."""
    province = ""
    for word in lines.split():
        if word.startswith("CN-"):
            province = word
            continue
        yield word, _PROVINCES[province]
        if word.endswith("自治县"):
            yield f"{word[:2]}县", _PROVINCES[province]


_COUNTIES: Final = dict(_counties(COUNTIES))
_COUNTY_END: Final = later(r"[县旗]")
_LONGEST_COUNTY: Final = max(map(len, _COUNTIES))


_SUFFIXES: Final = (
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "自治区",
    "特别行政区",
    "自治州",
    "省",
    "市",
    "州",
    "县",
    "盟",
)


def named_place(name: str) -> tuple[tuple[str, str | None], ...]:
    """The (province, city) pairs a person may mean: 浙江, Zhejiang, CN-ZJ, 温州市, Wenzhou City; empty if unknown."""
    said = " ".join(name.translate(SIMPLIFIED).replace("’", "'").split()).casefold()
    short = next((said.removesuffix(end) for end in _SUFFIXES if said.endswith(end) and len(said) > len(end) + 1), said)
    latin = said.removesuffix(" city").removesuffix(" province").replace("'", "").replace(" ", "")
    return tuple(
        dict.fromkeys(
            (place.province, place.city)
            for place in PLACES
            if (place.city is None and said == place.province.casefold())
            or place.chinese in (said, short)
            or place.english.casefold().replace("'", "").replace(" ", "") == latin
        )
    )


def _branches(names: Iterable[str]) -> str:
    """One alternation, grouped by first character, longest first."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        groups.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())


_ZH: Final = later(
    rf"(?:{_branches(_CHINESE)})(?P<kind>特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市|地区|盟|州(?!学))?"
)
_EN: Final = later(
    rf"(?<![\w'-])(?:{_branches(_ENGLISH)})(?![\w-]|'[^s])(?P<kind> (?:City|Municipality|Province|Prefecture))?"
)

_INSIDE: Final = later(
    r"[一-鿿](?<![在于为户来到赴至从往是市省县州区的和及与])$"
)  # 世|界首|次: a name inside other words
_INSTITUTION: Final = later(
    r"[一-鿿]{1,5}所(?![有在以需属])(?=[、，。,;；\s)从的]|$)|谱仪|中微子|同步辐射|天文台|[一-鿿]{0,8}?(?:大学|学院|公司|集团|股份|"
    r"银行|证券|日报|晚报|早报|商报|新闻|卫视|电视|"
    r"中学|小学|医院|研究[所院]|航展|理工|师大|航空|啤酒|"
    r"路\d|路(?=[，。、])|街道?办|烤鸭|菜|话|基金|资本|创投|机场|会展|马拉松|站(?!点)|某|条约|"
    r"协定|交大|农大|工大|科大|医大)"
)
_INSTITUTION_EN: Final = later(
    r"(?:'s)? (?:[A-Z][\w&]+ ){0,4}?(?:University|Institute|College|Polytechnic|Academy|Bank|"
    r"Daily|Times|Evening|News|Road|Street|Airport|"
    r"Hospital|Co\b|Ltd|Inc|Corp|Company|Group|Stock|Securities|Capital|Ventures?|Airlines|"
    r"university|institute|college|School|Declaration|Medical|Normal|Post|Studio)"
)
_ADDRESS: Final = later(
    r"[，,、 ]{0,3}\d{6}(?!\d)|(?:省|市)?(?:自然科学|农业科学|农业大学)"
)  # an address, a fund, a journal
_ACROSS: Final = later(
    r"[以之]上海[外内归]|[年月日]中山[上下]|[一-鿿]大同[小时类行一]|[不共]同江"
)  # a name across two words
_DATELINE: Final = later(r"(?:新华社|本报|中新社|中新网|新华网|人民网|央视网|记者)$")
_DATELINE_BEHIND: Final = later(r"\s?\d{1,2}月\d{1,2}日(?:电|讯|消息)|\s?(?:电|讯)(?=[\s(（])")
_DATELINE_EN: Final = later(
    r"(?:, [A-Z][a-z]+)?(?:,? \(?[A-Za-z]{3,12}\)?)?,? ?(?:[A-Z][a-z]{2,8}\.? \d{1,2}|"
    r"\d{1,2} [A-Z][a-z]{2,8})?(?:,? \d{4})?\)? ?-{1,2} "
)
_LETTER_EN: Final = later(
    r",? (?:[A-Z][a-z]{2,8}\.? \d{1,2},? (?:19|20)\d{2}|\d{1,2} [A-Z][a-z]{2,8} (?:19|20)\d{2})(?:\.\s|\s?\n)"
)
_NATIVE: Final = later(r"(?:[一-鿿]{2,4}[市县]?)?人(?=[，。,；;、\s(]|$)|籍(?!贯)|人(?=[，。,；;、\s(]|$)|户籍")
_NATIVE_AHEAD: Final = later(
    r"(?:生于|出生于|籍贯|祖籍|原籍|毕业于|就读于|来自|生于.{0,6}|born in|native of|"
    r"graduated from|raised in|flew from|left)[:\s]?$"
)
_BELONGS: Final = later(
    r"市委|省委|政府|组织部|报送|人社|人才|招聘|诚聘|申报|引进|引才|计[划画]|行动|专家|博士|补贴|奖|资助|岗位|政策|职位|通知|"
    r"办法|聘|教授|实验室|"
    r"nominat|bureau|allocated|stipend|\bposts?\b|\bcall\b|grant|talent|recruit|program|plan\b|expert|position|postdoc|"
    r"professor|"
    r"laborator|job|applica|scheme|scholar|vacanc|researcher|appointed|award|subsid|bonus|"
    r"provincial|municipal|commission|measures|engineer|wanted|hiring|experts?|relocation"
)


def places(page: Page) -> list[dict[str, object]]:
    """Each province or city once, by its first mention; the province of a recorded city is not told again."""
    if not _BELONGS.search(page.plain):
        return []
    mentions = sorted((*_chinese(page), *_of_counties(page), *_english(page)), key=lambda it: it[0])
    cities = {place.province for _, _, place in mentions if place.city}
    found: dict[tuple[str, str | None], dict[str, object]] = {}
    for start, end, place in mentions:
        if place.city is None and place.province in cities:
            continue
        key = (place.province, place.city)
        if key not in found:
            found[key] = page.fact("place", start, end, province=place.province, city=place.city)
    return list(found.values())


def _chinese(page: Page) -> Iterator[tuple[int, int, Place]]:
    for hit in _ZH.finditer(page.plain):
        kind = hit["kind"] or ""
        name = hit[0][: len(hit[0]) - len(kind)]
        if not _belongs_zh(page, hit, kind):
            continue
        place = _chosen(_CHINESE[name], kind, page, hit.start())
        if place is not None:
            yield hit.start(), hit.end(), place


def _of_counties(page: Page) -> Iterator[tuple[int, int, Place]]:
    """The provinces of counties named with their 县: no city is told, as a county is none and its city not named."""
    for sign in _COUNTY_END.finditer(page.plain):
        end = sign.end()
        for length in range(min(end, _LONGEST_COUNTY), 2, -1):  # 和县 and its like are words too
            place = _COUNTIES.get(page.plain[end - length : end])
            if place is not None:
                if not _NATIVE.match(page.plain[end : end + 8]) and not _NATIVE_AHEAD.search(
                    page.before(end - length, 8, SENTENCE)
                ):
                    yield end - length, end, place
                break


def _belongs_zh(page: Page, hit: re.Match[str], kind: str) -> bool:
    behind, ahead = page.plain[hit.end() : hit.end() + 16], page.before(hit.start(), 8, SENTENCE)
    if not kind and (_INSTITUTION.match(behind) or _ACROSS.match(page.plain, max(0, hit.start() - 1))):
        return False
    if _DATELINE.search(ahead) or _DATELINE_BEHIND.match(behind) or _ADDRESS.match(behind):
        return False
    return not (_NATIVE.match(behind) or _NATIVE_AHEAD.search(ahead))


def _chosen(candidates: tuple[Place, ...], kind: str, page: Page, at: int) -> Place | None:
    """The one meant: 吉林市 is the city, 苏州 that of Jiangsu; words that are names only now and then need 市."""
    ahead = page.plain[max(0, at - 8) : at]
    for place in candidates:
        named = _PROVINCES[place.province].chinese in ahead
        if (kind == "市" and place.city is None and place.province not in _NO_CITIES) or (
            kind == "省" and place.city is not None
        ):
            continue
        if place.small and not kind and not named and place.province != "CN-ZJ" and _INSIDE.search(ahead):
            continue
        if place.weak and kind != "市" and not (named and place.city):
            continue
        return place
    return None


def _english(page: Page) -> Iterator[tuple[int, int, Place]]:
    for hit in _EN.finditer(page.shape):
        kind = (hit["kind"] or "").strip()
        name = hit[0][: len(hit[0]) - len(hit["kind"] or "")]
        if not _belongs_en(page, hit, kind):
            continue
        place = _chosen_en(page, _ENGLISH[name], kind, hit)
        if place is not None:
            yield hit.start(), hit.end(), place


def _belongs_en(page: Page, hit: re.Match[str], kind: str) -> bool:
    behind, ahead = page.shape[hit.end() : hit.end() + 48], page.shape[max(0, hit.start() - 24) : hit.start()]
    if re.match(r",? \d{5,6}(?!\d)", behind) or (not kind and _INSTITUTION_EN.match(behind)):
        return False
    if re.search(
        r"(?:University|Institute|Bank|College|Academy|Science Foundation|Key Laborator\w+|Innovation Group)(?: of|"
        r" in)?(?: [A-Z]\w+ (?:at|in))?[ ,(]{1,2}$",
        ahead,
    ) and not re.search(r"(?:University|Institute)[^,(]{0,20}(?:,| \()", ahead):
        return False
    line = page.shape.rfind("\n", max(0, hit.start() - 40), hit.start()) + 1
    if page.shape[line : hit.start()].strip(" (") == "" and (_DATELINE_EN.match(behind) or _LETTER_EN.match(behind)):
        return False
    return _NATIVE_AHEAD.search(ahead) is None


def _chosen_en(page: Page, candidates: tuple[Place, ...], kind: str, hit: re.Match[str]) -> Place | None:
    near = page.shape[max(0, hit.start() - 40) : hit.end() + 40]
    fitting = [
        place
        for place in candidates
        if not (kind == "Province" and place.city) and not (kind == "City" and not place.city)
    ]
    for place in fitting:
        if place.city and _PROVINCES[place.province].english in near.replace(place.english, "", 1):
            return place
    for place in fitting:
        common = place.weak or (place.small and place.province not in ("CN-ZJ", "CN-JS")) or len(place.english) < 5
        if not common or kind or place.city is None:
            return place
    return None
