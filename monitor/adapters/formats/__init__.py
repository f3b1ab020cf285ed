"""formats: how is each sort of file read, and which sort is this body?"""

from __future__ import annotations

from monitor.domain.document import Origin
from monitor.domain.errors import ReadError

from . import bundle, doc, docx, feeds, html, odf, pdf, rtf, sheets, text, xls
from .base import Caps, Format

# asked in this order: what is more special comes first
FORMATS: tuple[Format, ...] = (
    pdf.FORMAT,
    docx.FORMAT,
    sheets.FORMAT,
    odf.FORMAT,
    bundle.ZIP,
    xls.FORMAT,
    doc.FORMAT,
    rtf.FORMAT,
    feeds.FORMAT,
    bundle.MAIL,
    html.FORMAT,
    text.FORMAT,
)
DOCUMENTS: tuple[Format, ...] = tuple(format for format in FORMATS if format is not feeds.FORMAT)
_TEXTUAL = ("text/", "application/xml", "application/json", "application/xhtml")


def sniff(body: bytes, origin: Origin, formats: tuple[Format, ...] = DOCUMENTS) -> Format:
    """The format of a body: by its own bytes, then by the media type, then by the ending of its address.

    Raises ReadError("unsupported") for a sort of file that none of the formats reads.
    """
    for format in formats:
        if format.looks(body):
            return format
    media = origin.content_type.split(";")[0].strip().lower()
    path = origin.url.split("?")[0].split("#")[0].lower()
    textual = b"\x00" not in body[:2_000] or body.startswith((b"\xff\xfe", b"\xfe\xff"))
    for format in formats:
        named = media in format.types or path.endswith(format.endings or ("\n",))
        # a file whose bytes tell what it is, and do not: only for text is the name enough
        if named and textual and format.key in {"html", "text"}:
            return format
    if not body.strip():
        raise ReadError("empty", "the body has no bytes")
    if textual and (media.startswith(_TEXTUAL) or not media or media == "application/octet-stream"):
        return text.FORMAT
    raise ReadError("unsupported", _name(body, media))


def _name(body: bytes, media: str) -> str:
    for mark, name in (
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"Rar!", "a RAR archive"),
        (b"\x1f\x8b", "a gzip file"),
    ):
        if body.startswith(mark):
            return name
    return f"{media or 'no media type'}, begins {body[:8].hex()}"


__all__ = ["DOCUMENTS", "FORMATS", "Caps", "Format", "sniff"]
