"""sounds: which name of another script is this?

Foreign names are written in Chinese by sound, with characters that are used for little else. A name and its
transcription share the skeleton of their consonants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

HOMOPHONES = Path(__file__).parent.parent / "match" / "data" / "homophones.txt"  # reading, its characters

# Characters that transcribe foreign names: the first row for hardly anything else, the second for other words as well.
NAMING = frozenset(
    "阿埃艾奥巴贝彼宾伯博布茨戴丹邓迪蒂杜顿厄恩尔菲弗夫盖戈冈格贡哈赫亨霍吉贾杰卡凯坎克肯库昆拉莱兰朗勒雷莉伦罗洛吕玛迈曼梅"
    "蒙姆穆娜奈尼纽努诺欧帕潘佩珀普恰琴萨塞莎舍什施舒斯丝塔坦滕廷托瓦韦维沃乌锡辛雅亚伊尤扎泽詹兹佐特德"
)
ALSO = frozenset("马加基科利林多达西里安因索苏米莫内福法比波本理希约汉森瑟图")
RUN = re.compile(f"([{''.join(sorted(NAMING | ALSO))}]{{2,9}})([城市镇州港]|公司|大学|银行|集团)?")
ENGLISH = (
    (re.compile(r"ph|w|v"), "f"),
    (re.compile(r"sch|sh|ch|th|c(?=[eiy])|[zxj]"), "s"),
    (re.compile(r"ck|[gqc]"), "k"),
    (re.compile(r"[rl](?![aeiouy])"), ""),  # hardly heard at the end of a syllable
    (re.compile(r"r"), "l"),
    (re.compile(r"p"), "b"),
    (re.compile(r"t"), "d"),
    (re.compile(r"(?<=[a-z])h|[aeiouy]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
INITIALS = {
    "zh": "s", "ch": "s", "sh": "s", "z": "s", "c": "s", "j": "s", "q": "s", "x": "s", "w": "f", "r": "l",
    "p": "b", "t": "d", "g": "k", "y": "",
}  # fmt: skip
SHORTEST = 3  # consonants; a shorter skeleton is that of too many names


def transcribed(text: str) -> Iterator[str]:
    """The names that a Chinese text writes by sound: three characters and more, or two before 城, 市, 公司 and the like."""
    for name, place in RUN.findall(text):
        if (len(name) >= 3 or place) and 3 * sum(sign in NAMING for sign in name) >= 2 * len(name):
            yield name


@lru_cache(maxsize=4096)
def skeleton(name: str) -> str:
    """The consonants of a name as both scripts write them; empty when there are too few to tell names apart."""
    if name.isascii():
        sounds = name.casefold().removesuffix("n") if name.casefold().endswith("an") else name.casefold()
        for written, heard in ENGLISH:
            sounds = written.sub(heard, sounds)
    else:
        sounds = re.sub(r"(.)\1+", r"\1", "".join(_sound(sign) for sign in name))
    return sounds if len(sounds) >= SHORTEST else ""


def _sound(sign: str) -> str:
    read = "" if sign == "尔" else _readings().get(sign, "")
    initial = read[:2] if read[:2] in INITIALS else read[:1]
    if initial in "aeo":
        initial = ""
    coda = "n" if read.endswith(("n", "ng")) else ""
    return INITIALS.get(initial, initial) + coda


@cache
def _readings() -> dict[str, str]:
    """How each character is read, without tones."""
    read: dict[str, str] = {}
    for line in HOMOPHONES.read_text("utf-8").split("\n")[:-1]:
        reading, *characters = line.split("\t")
        for sign in "".join(characters):
            read.setdefault(sign, reading)
    return read
