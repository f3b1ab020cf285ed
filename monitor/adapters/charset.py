"""charset: which characters do these bytes stand for?"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# the first characters of a document without a mark: "<" and its neighbour (XML 1.0, appendix F)
_STARTS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
_EBCDIC = b"\x4c\x6f\xa7\x94"
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{2,40})""")
_XML_ANY = re.compile(r"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{2,40})""")
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
_NAMES = {
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-x-big5": "big5hkscs",
    "unicode": "utf-16",
    "ks_c_5601-1987": "cp949",
}
_HEAD = 8_192
_LATE = 200_000  # a meta element this far down is still believed, if the bytes agree
_SAMPLE = 100_000
_DROPPED = dict.fromkeys([*range(9), 11, *range(14, 32), 127, 0xFEFF])
_DROPPED.update({12: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"})
_LATIN = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}
_BYTES = _LATIN | {chr(byte): byte for byte in range(0x80, 0xA0)}
_FOLLOWS = re.escape("".join(sign for sign, byte in _BYTES.items() if byte < 0xC0))
_TWICE = re.compile(f"[\u00c2-\u00f4][{_FOLLOWS}]")
_LATIN_RUN = re.compile(f"[{re.escape(''.join(_BYTES))}]{{2,}}")
LEAST_DAMAGE = 5  # characters; less is a slip of somebody's pen
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that gave it, and whether anything but a guess spoke for that."""

    text: str
    encoding: str
    certain: bool = True
    damaged: bool = False
    lost: int = 0  # characters that were U+FFFD, or 锟斤拷, before they reached us
    mended: int = 0  # runs that had been decoded wrongly once before and were put right

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know about these characters."""
        told = []
        if self.damaged:
            told.append(f"encoding uncertain: {self.encoding} leaves unreadable characters")
        elif not self.certain:
            told.append(f"encoding uncertain: guessed {self.encoding}")
        if self.mended:
            told.append(f"charset damaged at its source: {self.mended} runs of doubly encoded text were put right")
        if self.lost:
            told.append(f"charset damaged at its source: {self.lost} characters are lost")
        return tuple(told)


def decode(body: bytes, header: str | None = None) -> Decoded:
    """Reads bytes: mark, then the header if it decodes cleanly, then the declaration, then a guess.

    A single-byte label decodes anything and so proves nothing: bytes that are valid UTF-8, or a declared multi-byte
    encoding that decodes cleanly, go before it. Text that its source had decoded wrongly before is put right.
    """
    return _examined(_decoded(body, header))


def _decoded(body: bytes, header: str | None) -> Decoded:
    marked = _by_mark(body)
    if marked is not None:
        return marked
    labels = [codec for codec in (_codec(header), _declared(body)) if codec]
    if body.isascii():
        return _ascii(body, labels)
    for codec in ["utf-8", *sorted(labels, key=_is_single_byte)]:
        text = _cleanly(body, codec)
        if text is not None:
            return Decoded(text, codec)
    return _guessed(body, labels)


def _examined(found: Decoded) -> Decoded:
    """The same with what was damaged before it reached us put right where that is possible, and counted."""
    text = found.text
    if text.isascii():
        return found
    mended = left = 0
    if _TWICE.search(text) and len(_TWICE.findall(text)) >= LEAST_DAMAGE:
        text, mended = _put_right(text)
        left = len(_TWICE.findall(text))
    lost = 0 if found.damaged else text.count("\ufffd") + 3 * text.count("锟斤拷") + left
    if lost < max(LEAST_DAMAGE, len(text) // 2_000):
        lost = 0
    return replace(found, text=text, lost=lost, mended=mended) if lost or mended else found


def _put_right(text: str) -> tuple[str, int]:
    """UTF-8 that somebody read as Latin letters, read as UTF-8; and how many runs of it there were."""
    mended = 0

    def read_again(run: re.Match[str]) -> str:
        nonlocal mended
        try:
            right = bytes(_BYTES[sign] for sign in run.group()).decode("utf-8")
        except UnicodeDecodeError:
            return run.group()
        mended += 1
        return right

    return _LATIN_RUN.sub(read_again, text), mended


def clean(text: str) -> str:
    """Without what no database or JSON can hold: control characters go, lone surrogates become U+FFFD."""
    if not text.isprintable():
        text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_DROPPED)
    return text


def _by_mark(body: bytes) -> Decoded | None:
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _forced(body[len(mark) :], codec)
    if body.startswith(_EBCDIC):
        named = _XML_ANY.match(body[:200].decode("cp037", "replace"))
        return _forced(body, (named and _codec(named.group(1))) or "cp037")
    for start, codec in _STARTS:
        if body.startswith(start):
            return _forced(body, codec)
    return None


def _forced(body: bytes, codec: str) -> Decoded:
    text = _cleanly(body, codec)
    if text is not None:
        return Decoded(text, codec)
    return Decoded(body.decode(codec, "replace"), codec, damaged=True)


def _ascii(body: bytes, labels: list[str]) -> Decoded:
    # seven-bit encodings with shifts (ISO-2022-JP, HZ) are believed only when they are named
    for codec in labels:
        if codec.startswith(("iso2022", "hz", "utf-7")):
            text = _cleanly(body, codec)
            if text is not None:
                return Decoded(text, codec)
    return Decoded(body.decode("ascii", "replace"), "utf-8")


def _guessed(body: bytes, labels: list[str]) -> Decoded:
    from resiliparse.parse.encoding import detect_encoding

    guess = _codec(detect_encoding(body[:_SAMPLE])) or "cp1252"
    if "utf-8" not in labels:
        text = _cleanly(body, guess)
        if text is not None:
            return Decoded(text, guess, certain=False)
    # every candidate has bad bytes: the one with the fewest, those that were named first
    best = min(["utf-8", *labels, guess], key=lambda codec: _bad(body, codec))
    return Decoded(body.decode(best, "replace"), best, certain=best in labels, damaged=True)


def _bad(body: bytes, codec: str) -> int:
    return body[:_SAMPLE].decode(codec, "replace").count("\ufffd")


def _cleanly(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except (UnicodeDecodeError, UnicodeError):
        return None


def _declared(body: bytes) -> str | None:
    named = _XML.match(body[:_HEAD]) or _META.search(body[:_HEAD]) or _META.search(body[:_LATE])
    codec = _codec(named.group(1).decode("ascii")) if named else None
    # a declaration that we could read cannot be in 16-bit units
    return "utf-8" if codec and codec.startswith(("utf-16", "utf-32")) else codec


def _codec(label: str | None) -> str | None:
    """The codec that stands for a label, wider where the web means the wider one; None if there is none."""
    if not label:
        return None
    name = label.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(_NAMES.get(name, name))
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name in {"idna", "punycode", "unicode-escape"}:
        return None
    return _WIDER.get(found.name, found.name)


def _is_single_byte(codec: str) -> bool:
    return codec.startswith(("cp125", "iso8859", "koi8", "mac", "latin", "cp437", "cp85", "cp86", "tis-620"))
