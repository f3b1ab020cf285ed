"""rolls: which short lines are rows - of a list of those selected, of a table?

A name is told by its shape: two to four Han characters that begin with a family name, or two to four capitalised words.
One such line may be anything, a column of a menu or a counter too; several of one shape in a row are what the notice is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .normalise import CJK
from .sentences import Parsed, Sentence
from .words import families

FEWEST = 3  # rows of a list
NEAR = 5  # rows on either side that tell what a row is
MOST_WORDS = 6  # beside the figures of a row
FIGURE = re.compile(r"[+-]?(?!(?:19|20)\d\d$)\d{1,9}(?:\.\d+)?(?:%|[万亿元人名个家项分])?")
NUMBERED = re.compile(r"^[(\[]?\d{1,4}[)\].、]?\s+|^\d{1,4}[.、)]\s*")
HAN_NAME = re.compile(rf"([{CJK}]{{2,4}}|[{CJK}] [{CJK}])(?=[\s,;:(|/]|$)")
LATIN_NAME = re.compile(r"(?:[A-Z][a-z'’]+[ -]|[A-Z]\. ?){1,3}[A-Z][a-z'’]+(?=$|\s?[,;(|/]| - )")


def names_person(line: str) -> bool:
    """Whether a line is a person's name, or begins with one as the first column of a row."""
    bare = NUMBERED.sub("", line)
    found = HAN_NAME.match(bare)
    if found is not None:
        return found[1][0] in families()
    return LATIN_NAME.match(bare) is not None


def may_name(line: str) -> bool:
    """Whether a line has the shape of a person's name, whoever the family is."""
    bare = NUMBERED.sub("", line)
    return HAN_NAME.match(bare) is not None or LATIN_NAME.match(bare) is not None


def figures_in_row(line: str) -> int:
    """How many cells of a line are bare figures - no days, clocks or years - when it has some words beside them, else 0."""
    cells = line.split()
    figures = sum(FIGURE.fullmatch(cell) is not None for cell in cells)
    return figures if figures < len(cells) <= figures + MOST_WORDS else 0


def is_roll(lines: Sequence[Sentence]) -> bool:
    """Whether most of some short lines are rows of a list of persons, or of a table."""
    short = [line.text for line in lines if not line.full]
    rows = max(sum(map(names_person, short)), sum(map(bool, map(figures_in_row, short))))
    return rows >= FEWEST and 2 * rows >= len(short)


def in_roll(page: Parsed, place: int) -> bool:
    """Whether a short line stands among at least three of one shape: they name persons, or have as many figures."""
    line = page.sentences[place]
    if line.full:
        return False
    if may_name(line.text) and _names_around(page, place):
        return True
    figures = figures_in_row(line.text)
    return bool(figures) and _run(page, place, lambda text: figures_in_row(text) == figures) >= FEWEST


def _names_around(page: Parsed, place: int) -> bool:
    """Whether a line stands among lines of which at least three, and most, name persons."""
    lines, run = page.sentences, [page.sentences[place].text]
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(lines) and abs(at - place) <= NEAR and not lines[at].full and may_name(lines[at].text):
            run.append(lines[at].text)
            at += step
    named = sum(map(names_person, run))
    return named >= FEWEST and 2 * named >= len(run)


def _run(page: Parsed, place: int, alike: Callable[[str], bool]) -> int:
    """How many neighbouring short lines around this one are alike; counted up to three."""
    lines, run = page.sentences, 1
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(lines) and run < FEWEST and not lines[at].full and alike(lines[at].text):
            run += 1
            at += step
    return run
