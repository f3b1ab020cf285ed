"""rtf: what does a Rich Text file say?"""

from __future__ import annotations

import re

from monitor.domain.document import Harvest, Origin

from ..charset import clean
from .base import Caps, Format
from .text import plain

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)
_SILENT = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata", b"datastore", b"listtable",
    b"listoverridetable", b"rsidtbl", b"generator", b"fldinst", b"xmlnstbl", b"latentstyles", b"colorschememapping",
}  # fmt: skip
_BREAKS = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"cell": "\t", b"tab": "\t",
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
}  # fmt: skip
_PAGES = {936: "gb18030", 950: "big5hkscs", 932: "cp932", 949: "cp949", 65001: "utf-8", 10008: "gb18030"}


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """All text in its order: fields' results, table cells parted by tabs; no pictures, fonts or instructions."""
    codec = "cp1252"
    found: list[str] = []
    held = bytearray()  # bytes of a multi-byte character may come in several tokens
    silent, skip, after = False, 0, 1
    stack: list[tuple[bool, int]] = []

    def flush() -> None:
        if held:
            found.append(bytes(held).decode(codec, "replace"))
            held.clear()

    for token in _TOKEN.finditer(body):
        word, number, code, symbol, brace, words = token.groups()
        if brace == b"{":
            flush()
            stack.append((silent, after))
        elif brace == b"}":
            flush()
            silent, after = stack.pop() if stack else (False, 1)
            skip = 0
        elif code is not None or words is not None:
            raw = bytes([int(code, 16)]) if code is not None else words
            cut = min(skip, len(raw))
            skip -= cut
            if not silent:
                held += raw[cut:]
        elif symbol is not None:
            if symbol == b"*":
                silent = True
            elif not silent and symbol in b"\\{}":
                held += symbol
            elif not silent:
                flush()
                found.append({b"~": " ", b"_": "-", b"\n": "\n", b"\r": "\n"}.get(symbol, ""))
        elif word is not None:
            if word == b"ansicpg" and number:
                codec = _PAGES.get(int(number), f"cp{int(number)}" if 437 <= int(number) <= 1258 else "cp1252")
                codec = codec if _known(codec) else "cp1252"
            elif word == b"uc" and number:
                after = max(0, min(int(number), 10))
            elif word in _SILENT:
                silent = True
            elif not silent and word == b"u" and number:
                flush()
                found.append(chr(int(number) % 65_536))
                skip = after
            elif not silent and word in _BREAKS:
                flush()
                found.append(_BREAKS[word])
    flush()
    # characters beyond the first plane come as two halves
    text = "".join(found).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain(clean(text), "rtf", origin, caps)


def _known(codec: str) -> bool:
    try:
        "".encode(codec)
    except LookupError:
        return False
    return True


def looks(body: bytes) -> bool:
    """Whether it begins as Rich Text does."""
    return body.lstrip()[:6].startswith(b"{\\rtf")


FORMAT = Format(key="rtf", types=("application/rtf", "text/rtf"), endings=(".rtf",), read=read, looks=looks)
