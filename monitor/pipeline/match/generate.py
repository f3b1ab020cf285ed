"""generate: which character folds to which, what sounds alike, and which words are real words?

Run once by a developer (`python -m monitor.pipeline.match.generate`); the service reads only the files it wrote.
The one module of the package that needs `opencc` (a development dependency) and `pypinyin`.
"""

from __future__ import annotations

import sys
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parent / "data"

WALLS = frozenset("，。；：！？、…,;:!?")
JOINERS = frozenset("·-_*/.•・‧∙⋅･⸱~〜⁄∕°")
MARKS = frozenset("™®©℠℗ªº")
QUOTES = frozenset("'\"`´＇＂()[]{}<>″′")
KEPT_COMPOSED = ((0x3040, 0x30FF), (0xAC00, 0xD7A3))  # kana and Hangul: their marks make another letter
LAST = 0x2FFFF  # above stand only selectors and tags, which are deleted as one range

SECOND_LEVEL = 0xD8  # the row of GB 2312 from which characters are ordered by radical, the less common ones
# Letters of other alphabets that are drawn like a Latin one; lower case, as they come after case folding.
LATIN_TWINS = dict(
    zip(
        "аеорсухіјѕһԁԛԝɡӏүвкмнт" + "ανορτυικχγεη" + "ıøłđℓ",
        "aeopcyxijshdqwglybkmht" + "avoptuikxyen" + "iolđl".replace("đ", "d"),
        strict=True,
    )
)

# Unicode's Equivalent_Unified_Ideograph for U+2E80-2EFF, of which NFKC repairs two.
RADICALS = dict(
    zip(
        range(0x2E80, 0x2EF4),
        "⺀厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄㣺扌攵⺚旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒𦉰𦉰𦉪羊𦍌𦍋"
        "耂肀聿肉臼艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶阝钅長镸长门𨸏阝雨青韦页风飞食飠飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)

# Variants that OpenCC's Traditional-to-Simplified characters leave alone.
VARIANTS = dict(
    zip("戸內吳呉産靑眞値録溫淸旣卽敎説毎歩歴徳黃强戶髙淨裝囯国姊羣峯畧勅册喫鉄槪緖",
        "户内吴吴产青真值录温清既即教说每步历德黄强户高净装国国姐群峰略敕册吃铁概绪", strict=True)
)  # fmt: skip

# Pairs that readers and OCR take for each other; each character may stand for the others of its group.
LOOKALIKES = (
    "千干于",
    "己已巳",
    "末未",
    "土士",
    "人入八",
    "日曰目",
    "天夭无",
    "大太犬",
    "明朋眀",
    "启后",
    "计汁",
    "划戈",
    "炬矩",
    "火灭",
    "鲲鲠",
    "鹏鸣",
    "行衍",
    "动劲",
    "才寸",
    "王玉主",
    "工土",
    "贝见",
    "今令",
    "牛午",
    "刀力",
    "九丸",
    "市巿",
    "江汪",
    "河何",
    "白自",
    "春舂",
    "晖挥",
    "泰秦",
    "昆毘",
    "仑仓",
    "海悔",
    "外处",
    "长氏",
    "专传",
    "优忧",
    "青责",
    "项顶",
    "晴睛",
    "候侯",
    "拨拔",
    "准淮",
    "折拆",
    "戊戌戍",
    "券卷",
    "博搏",
    "园圆",
    "历厉",
    "暑署",
    "徽微",
    "辨辩",
    "幕墓慕",
    "渴喝",
    "治冶",
    "折析",
)

# Family names that are no function words too: a two-character term behind one is a given name, 肖启明 or Qiming Xiao.
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙段雷钱汤尹黎易武乔贺赖龚樊殷施陶洪翟颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦柳邢岳齐梅庄辛管祝左涂耿欧卞屈"
    "曲娄戚辜邬詹裴闫窦虞苗柯阮柴麦骆冉"
)


def surname_lines() -> Iterator[str]:
    """Family names with their spelling in Latin letters: `肖<TAB>xiao`."""
    from pypinyin import Style, lazy_pinyin

    special = {"曾": "zeng", "单": "shan", "翟": "zhai"}
    for char in sorted(set(SURNAMES)):
        yield f"{char}\t{special.get(char) or lazy_pinyin(char, style=Style.NORMAL)[0].replace('ü', 'v')}"


def fold_lines() -> Iterator[str]:
    """The folding table, a line for each run of code points that fold alike: `HEX[-HEX]<TAB>folded`."""
    folded = ((code, _Folder.shared().fold(code)) for code in range(LAST + 1))
    changed = [(code, text) for code, text in folded if text is not None]
    changed += [(0xE0000, ""), (0xE0FFF, "")]
    yield f"# Unicode {unicodedata.unidata_version}"
    for first, last, text in _runs(changed):
        yield f"{first:04X}\t{text}" if first == last else f"{first:04X}-{last:04X}\t{text}"


def _runs(changed: list[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """Neighbouring code points with one folding, joined."""
    first, text = changed[0]
    last = first
    for code, folding in changed[1:]:
        joined = folding == text and (code == last + 1 or code == 0xE0FFF)
        if not joined:
            yield first, last, text
            first, text = code, folding
        last = code
    yield first, last, text


class _Folder:
    """Folds single code points with OpenCC's character data."""

    _shared: _Folder | None = None

    def __init__(self) -> None:
        import opencc

        self._simplify = opencc.OpenCC("t2s").convert
        self._from_japanese = opencc.OpenCC("jp2t").convert

    @classmethod
    def shared(cls) -> _Folder:
        """The one folder; loading OpenCC's data twice is slow."""
        cls._shared = cls._shared or cls()
        return cls._shared

    def fold(self, code: int) -> str | None:
        """What this code point folds to; empty when deleted, None when it stays itself."""
        if 0xD800 <= code <= 0xDFFF:
            return "\ufffd"
        char = chr(code)
        folded = self._fold(char)
        return None if folded == char else folded

    def _fold(self, char: str) -> str:
        if char in WALLS:
            return unicodedata.normalize("NFKC", char) if char != "…" else char
        if char in MARKS or ("<super>" in unicodedata.decomposition(char) and not char.isalpha()) or _deleted(char):
            return ""
        if any(first <= ord(char) <= last for first, last in KEPT_COMPOSED):
            return char
        base = RADICALS.get(ord(char), char)
        spelled = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", base).casefold())
        return "".join(self._letter(part) for part in spelled if not _deleted(part))

    def _letter(self, char: str) -> str:
        """The plainest form of one letter: simplified again until it stays."""
        char = LATIN_TWINS.get(char, char)
        if not "\u3400" <= char <= "\U000323af":
            return char
        seen = {char}
        while (simple := self._simpler(char)) not in seen:
            seen.add(simple)
            char = simple
        return char

    def _simpler(self, char: str) -> str:
        simple = self._simplify(char)
        if simple == char and not _encodable(char):
            simple = self._simplify(self._from_japanese(char))
        simple = VARIANTS.get(simple, simple)
        return simple if len(simple) == 1 else char


def _encodable(char: str) -> bool:
    """Whether a Chinese character set of its own knows this character."""
    for charset in ("gb2312", "big5"):
        try:
            char.encode(charset)
        except UnicodeEncodeError:
            continue
        return True
    return False


def _deleted(char: str) -> bool:
    """White space, marks, invisible characters, joiners, quotes and brackets."""
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf", "Cc", "Zs", "Zl", "Zp", "Pd", "Ps", "Pe", "Pi", "Pf"}:
        return char not in WALLS
    return char in JOINERS or char in QUOTES


def homophone_lines() -> Iterator[str]:
    """Characters that share a reading without its tone: `reading<TAB>common ones<TAB>others`.

    The common ones are the 3,755 of GB 2312's first level: what is typed or read by mistake is a common character.
    """
    from pypinyin import Style, lazy_pinyin

    groups: dict[str, tuple[list[str], list[str]]] = {}
    for row, char in _gb2312():
        reading = lazy_pinyin(char, style=Style.NORMAL)[0]
        groups.setdefault(reading, ([], []))[row >= SECOND_LEVEL].append(char)
    for reading in sorted(groups):
        common, others = groups[reading]
        if common and len(common) + len(others) > 1:
            yield f"{reading}\t{''.join(common)}\t{''.join(others)}"


def _gb2312() -> Iterator[tuple[int, str]]:
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield row, bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def word_lines(words: Iterable[str]) -> list[str]:
    """Real English words of three letters and more: lower case, sorted, without names and forms with an apostrophe."""
    return sorted({word for word in words if len(word) > 2 and word.isascii() and word.isalpha() and word.islower()})


def bigram_lines(words: Iterable[str]) -> Iterator[str]:
    """How often each letter follows each other one in those words: `ab<TAB>count`."""
    counts: dict[str, int] = {}
    for word in words:
        for left, right in pairwise(word):
            counts[left + right] = counts.get(left + right, 0) + 1
    for pair in sorted(counts):
        yield f"{pair}\t{counts[pair]}"


def main() -> None:
    """Writes the data files; word lists (one word a line, SCOWL's licence) are named as arguments."""
    (DATA / "fold.txt").write_text("\n".join(fold_lines()) + "\n", "utf-8")
    (DATA / "homophones.txt").write_text("\n".join(homophone_lines()) + "\n", "utf-8")
    (DATA / "lookalikes.txt").write_text("\n".join(LOOKALIKES) + "\n", "utf-8")
    (DATA / "surnames.txt").write_text("\n".join(surname_lines()) + "\n", "utf-8")
    if len(sys.argv) > 1:
        lists = (Path(name).read_text("utf-8").split() for name in sys.argv[1:])
        words = word_lines(word for one in lists for word in one)
        (DATA / "words.z").write_bytes(zlib.compress("\n".join(words).encode(), 9))
        (DATA / "bigrams.txt").write_text("\n".join(bigram_lines(words)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
