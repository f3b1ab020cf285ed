"""documents: how does the demo write a PDF and a DOCX with nothing but the standard library?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

LINE = 40  # full-width characters to a line of the PDF
PAUSES = "。，；：、！？,.;: "
FIXED = (2026, 1, 1, 0, 0, 0)  # a date inside the archive: equal texts give equal bytes, so ETags hold

_DOCX = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    ),
}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def docx(title: str, paragraphs: Sequence[str]) -> bytes:
    """A Word document of plain paragraphs, the title first; equal texts give equal bytes."""
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in (title, *paragraphs)
    )
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{lines}<w:sectPr/></w:body></w:document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**_DOCX, "word/document.xml": body}.items():
            archive.writestr(zipfile.ZipInfo(name, FIXED), _XML + text)
    return out.getvalue()


def pdf(title: str, paragraphs: Sequence[str]) -> bytes:
    """A PDF of one page whose text can be taken out again: CIDs are UTF-16 units, told by a ToUnicode map."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        _stream(_page(title, paragraphs)),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [6 0 R] /ToUnicode 8 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        _stream(_TO_UNICODE),
    ]
    return _assemble(objects)


_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""


def _page(title: str, paragraphs: Sequence[str]) -> bytes:
    """The drawing of one page: the title larger, each paragraph in lines."""
    parts = ["BT", "/F1 16 Tf", "24 TL", "60 780 Td", f"<{_hex(title)}> Tj T*", "/F1 11 Tf", "20 TL"]
    for paragraph in paragraphs:
        parts += [f"<{_hex(line)}> Tj T*" for line in _lines(paragraph)]
    return "\n".join([*parts, "ET"]).encode("ascii")


def _lines(text: str) -> Iterator[str]:
    """Lines of at most LINE characters, broken after a pause: no name is cut in two."""
    while len(text) > LINE:
        cut = max((text.rfind(pause, 0, LINE) for pause in PAUSES), default=-1) + 1 or LINE
        yield text[:cut]
        text = text[cut:]
    yield text


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)


def _assemble(objects: Sequence[bytes]) -> bytes:
    """Objects, cross-reference table and trailer, in the order a reader looks for them."""
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
