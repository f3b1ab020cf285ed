"""pdf: what does a PDF say, and is there a text layer at all?"""

from __future__ import annotations

from typing import Any

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import clean
from .base import Caps, Format
from .text import plain

_IMAGE = 3  # FPDF_PAGEOBJ_IMAGE


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """All text, page after page. A scan has none and says `needs-ocr`; an encrypted file raises ReadError."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadError("encrypted", "the PDF asks for a password") from error
        raise ReadError("unreadable", f"not a PDF that can be opened: {error}") from error
    try:
        return _pages(document, origin, caps)
    finally:
        document.close()


def _pages(document: Any, origin: Origin, caps: Caps) -> Harvest:
    pages: list[str] = []
    scans: list[int] = []
    broken: list[int] = []
    size, cut = 0, len(document) > caps.pages
    for number in range(min(len(document), caps.pages)):
        text, scan, ok = _page(document, number)
        size += len(text)
        pages.append(text)
        if not ok:
            broken.append(number + 1)
        elif scan:
            scans.append(number + 1)
        if size > caps.text:
            cut = True
            break
    text = "\n".join(page for page in pages if page)
    warnings: list[str] = []
    if not text.strip():
        warnings.append("needs-ocr")
        text = ""
    elif scans:
        warnings.append(f"needs-ocr: pages {_numbers(scans)}")
    if broken:
        warnings.append(f"unreadable: pages {_numbers(broken)}")
    if len(document) > caps.pages:
        warnings.append(f"read {caps.pages} of {len(document)} pages")
    return plain(text, "pdf", origin, caps, title=_title(document), warnings=tuple(warnings), cut=cut)


def _page(document: Any, number: int) -> tuple[str, bool, bool]:
    """(text, whether it is a picture without text, whether it could be read)."""
    import pypdfium2

    try:
        page = document[number]
        try:
            words = page.get_textpage()
            text = unwrapped(clean(words.get_text_range()).replace("\ufffe", ""))
            words.close()
            scan = not text and any(True for _ in page.get_objects(filter=[_IMAGE], max_depth=3))
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return "", False, False
    return text, scan, True


def unwrapped(text: str) -> str:
    """Lines that the page's width broke joined again: full lines that end in hanzi and go on with hanzi."""
    rows = [" ".join(row.split()) for row in text.split("\n")]
    full = max((len(row) for row in rows), default=0) * 0.8
    joined: list[str] = []
    previous = ""
    for row in rows:
        if joined and previous and row and len(previous) >= max(full, 10) and _hanzi(previous[-1]) and _hanzi(row[0]):
            joined[-1] += row
        elif row:
            joined.append(row)
        previous = row
    return "\n".join(joined)


def _hanzi(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char in "，、；：“”（）《》"


def _title(document: Any) -> str:
    title = " ".join(clean(document.get_metadata_dict().get("Title") or "").split())[:200]
    return (
        ""
        if title.lower().startswith(("microsoft word", "untitled")) or title.lower().endswith((".doc", ".docx"))
        else title
    )


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:10])
    return shown if len(pages) <= 10 else f"{shown} and {len(pages) - 10} more"


def looks(body: bytes) -> bool:
    """Whether the PDF mark stands near the beginning, where readers look for it."""
    return b"%PDF-" in body[:1_024]


FORMAT = Format(key="pdf", types=("application/pdf", "application/x-pdf"), endings=(".pdf",), read=read, looks=looks)
