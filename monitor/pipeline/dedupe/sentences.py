"""sentences: what does a text say, one content sentence after the other?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from .contact import Contact, besides_contact, contact_of
from .furniture import (
    Marks,
    asks_for_a_value,
    is_furniture,
    marks_in,
    own_number,
    sign_off_year,
    speaks_of_the_site,
    without_dateline,
)
from .normalise import CJK, compact, normalise, units
from .titles import Title, parse_title
from .urls import page_key

LONGEST = 2_000  # characters of a sentence that are aligned
MOST = 300  # sentences of a text that are aligned; the rest is compared by hash
SHORTEST = 12  # units; a shorter sentence joins the one before
REMEMBERED = 40_000  # characters; longer texts are read anew, so that memory stays bounded
FOOTER = 200  # characters; in longer lines a sentence about cookies is text
WEAK = 60  # units; a line below this without a full stop may be a menu entry or a headline

BOUNDARY = re.compile(  # begins with a set of signs, so that all others are skipped
    rf"[。！？；!?;.](?:(?<=[。！？；])[。！？；]*[\"')\]]*|(?<=[{CJK}\"')\]][!?;])[!?;]*[\"')\]]*|(?<=[{CJK}]\.)(?=[{CJK}\s]|$)"
    rf"|(?<=[^.!?][.!?])[.!?]*[\"')\]]*(?=\s+[\"'(\[]*[A-Z0-9{CJK}])|(?<=[!?])[\"')\]]*(?=\s|$))"
)
CLOSING = "\")']"
STATED = ("。", "！", "!", "；", ";", ".")
OPENERS = "\"'([《【〔$£€¥+-."
SIGNS_BEFORE = re.compile(r"^[^\w\s\"'(\[《【〔$£€¥+.-]+\s*")  # bullets and pictures
MAY_COUNT = re.compile(r"[(\d一二三四五六七八九十第]")
ENUMERATOR = re.compile(
    r"^(?:\(?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:\)[、.]?|、)|第[一二三四五六七八九十]{1,3}条|\d{1,2}\.(?=\s|[一-鿿]))\s*"
)
ENDED = (*STATED, "？", "?", ":")
READ_MORE = re.compile(
    r"\s*(?:\.{3,}|…)?\s*(?:[\[(]?\s*(?:read more|continue reading|more|阅读全文|查看全文|详情|全文|详细)"
    r"\s*[\])]?)\s*(?:»|>+)?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One content sentence: as normalised, as compared, how heavy; `full` ones are text, the others may be menu."""

    text: str
    norm: str
    weight: int
    full: bool


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """A page ready to be compared. `rest`: hashes of what is beyond the cap; `cut`: there is such a rest."""

    title: Title
    page: str
    sentences: tuple[Sentence, ...]
    contacts: tuple[Contact, ...] = ()
    sign_off: int | None = None
    signer: str = ""
    signed_on: str = ""
    number: str = ""
    dateline: str = ""
    rest: frozenset[str] = frozenset()
    cut: bool = False
    truncated: bool = False  # the text ends in the middle of a sentence ("... [Read more]")
    weight: int = 0
    joined: str = ""
    chinese: bool = False
    site: frozenset[int] = frozenset()  # places of sentences that the host shows on many pages
    where: dict[str, int] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a text without its title: every sentence, also those beyond the cap."""

    sentences: tuple[Sentence, ...]
    contacts: tuple[Contact, ...]
    sign_off: int | None
    sign_off_line: str
    signer: str  # the line above the date: who signs
    dateline: str
    truncated: bool
    number: str  # the number of the document itself
    last_line: int  # the units of the last line that is text


def read_content(text: str) -> Content:
    """The content sentences of a text, furniture left out. Linear in the length; never raises."""
    return _remembered_content(text) if len(text) <= REMEMBERED else _content(text)


@lru_cache(maxsize=16)
def _remembered_content(text: str) -> Content:
    return _content(text)


def _content(text: str) -> Content:
    body = normalise(text)
    truncated = body.rstrip().endswith("...")
    if _teased(text):
        tail, cuts = READ_MORE.subn("", body[-60:])
        body = body[:-60] + tail
        truncated = truncated or bool(cuts)
    marks = marks_in(body)
    found: list[Sentence] = []
    contacts: list[Contact] = []
    sign_off, sign_off_line, signer, dateline = None, "", "", ""
    waiting = number = ""
    last_line = 0
    for raw in body.split("\n"):
        line = " ".join(raw.split())
        if not line:
            continue
        if waiting and (units(line) > WEAK or _is_text(line)):
            _split_line(waiting, marks, found, contacts)  # it was a heading
            waiting = ""
        if waiting:
            line, waiting = f"{waiting} {line}", ""
        elif asks_for_a_value(line):
            waiting = line
            continue
        year = sign_off_year(line)
        if year is not None:
            if any(sentence.full for sentence in found):
                sign_off, sign_off_line = year, compact(line)
                signer = "" if found[-1].full else found[-1].norm
            continue
        number = number or own_number(line)
        if is_furniture(line, marks):
            continue
        line, place = without_dateline(line)
        dateline = dateline or place
        _split_line(line, marks, found, contacts)
        last_line = units(line)
    if waiting:
        _split_line(waiting, marks, found, contacts)
    return Content(
        tuple(found), tuple(contacts), sign_off, sign_off_line, signer, dateline, truncated, number, last_line
    )


def _teased(text: str) -> bool:
    tail = text[-40:].lower()
    return "more" in tail or "reading" in tail or "全文" in tail or "详" in tail


def _split_line(line: str, marks: Marks, found: list[Sentence], contacts: list[Contact]) -> None:
    """Adds the sentences of one line; those that tell how to get in touch go to `contacts`."""
    full = _is_text(line)
    start, short = 0, ""
    for end in [*(hit.end() for hit in BOUNDARY.finditer(line)), len(line)]:
        piece = (short + line[start:end]).strip()
        start = end
        if not piece:
            continue
        if len(piece) < SHORTEST and units(piece) < SHORTEST and end < len(line):
            short = piece + " "
            continue
        short = ""
        contact = contact_of(piece) if marks.contact else None
        if contact is not None:
            contacts.append(contact)
            piece = besides_contact(piece)
        if piece and not (piece[0].isalnum() or piece[0] in OPENERS):
            piece = SIGNS_BEFORE.sub("", piece)
        if piece and not (marks.site and len(line) <= FOOTER and speaks_of_the_site(piece.lower(), marks)):
            _add(ENUMERATOR.sub("", piece) if MAY_COUNT.match(piece) else piece, found, full)


def _is_text(line: str) -> bool:
    """Whether a line is text and not a menu entry or headline: long, ended like a statement, or a list."""
    weight = units(line)
    if weight >= WEAK or (weight >= 24 and line.rstrip(CLOSING).endswith(STATED)):
        return True
    return line.count("、") + line.count(",") + line.count(";") >= 2


def _add(piece: str, found: list[Sentence], full: bool) -> None:
    norm = compact(piece)
    if not norm:
        return
    weight = units(norm)
    if len(norm) > LONGEST:
        norm = f"{norm[:LONGEST]}#{digest(norm[LONGEST:])}"
    found.append(Sentence(piece[:LONGEST], norm, weight, full))


def _is_list(found: tuple[Sentence, ...]) -> bool:
    """Whether a text is a list of headlines: no line ends like a sentence, most are short, so all of them are text."""
    stated = any(s.full and s.text.rstrip(CLOSING).endswith(ENDED) for s in found)
    return not stated and 2 * sum(s.full for s in found) <= len(found)


def _breaks_off(content: Content, kept: tuple[Sentence, ...]) -> bool:
    """Whether the last sentence of a text has no end; a notice ends with who signs it."""
    if not kept or content.sign_off is not None or not kept[-1].full or content.last_line < WEAK:
        return False  # a short line may be the last row of a list
    return not kept[-1].text.rstrip(CLOSING).endswith(ENDED)


def digest(text: str) -> str:
    """A short hash of what is too long or too far back to be aligned."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def parse(title: str, text: str, url: str) -> Parsed:
    """Reads a page; remembered unless it is long, because stored candidates come back again and again."""
    return _remembered_parse(title, text, url) if len(text) <= REMEMBERED else _parse(title, text, url)


@lru_cache(maxsize=256)
def _remembered_parse(title: str, text: str, url: str) -> Parsed:
    return _parse(title, text, url)


def forget() -> None:
    """Drops what is remembered of texts read before."""
    _remembered_content.cache_clear()
    _remembered_parse.cache_clear()


def _parse(title: str, text: str, url: str) -> Parsed:
    content = read_content(text)
    found = content.sentences
    if _is_list(found):
        found = tuple(Sentence(s.text, s.norm, s.weight, True) for s in found)
    kept = found[:MOST]
    where: dict[str, int] = {}
    for position, sentence in enumerate(kept):
        where.setdefault(sentence.norm, position)
    joined = "".join(s.norm for s in kept) + "\n" + content.sign_off_line
    return Parsed(
        title=parse_title(title),
        page=page_key(url),
        sentences=kept,
        contacts=content.contacts,
        sign_off=content.sign_off,
        signer=content.signer,
        signed_on=content.sign_off_line,
        number=content.number,
        dateline=content.dateline,
        rest=frozenset(digest(s.norm) for s in found[MOST:]),
        cut=len(found) > MOST or any(len(s.text) == LONGEST for s in kept),
        truncated=content.truncated or _breaks_off(content, kept),
        weight=sum(s.weight for s in kept),
        joined=joined,
        chinese=units(joined) > 1.3 * len(joined),
        where=where,
    )
