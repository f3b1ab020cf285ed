"""Bodies made on the spot: feeds, PDF and Word files, whole ones and broken ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def rss(items: str, title: str = "Notices") -> bytes:
    """An RSS 2.0 feed around items."""
    head = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
    return f"{head}{items}</channel></rss>".encode()


def docx(body: str, **members: str | bytes) -> bytes:
    """A Word file whose `w:body` is the given XML; further members by path, `/` written as `__`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", f"<w:document xmlns:w='{WORD}'><w:body>{body}</w:body></w:document>")
        for name, content in members.items():
            packed.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def paragraph(text: str) -> str:
    """A paragraph of one run."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(content: bytes, extra: str = "", pages: int = 1, filters: int = 1, resources: str = "") -> bytes:
    """A PDF whose pages all show one content stream, deflated as often as `filters` says."""
    for _ in range(filters):
        content = zlib.compress(content, 9)
    chain = " ".join(["/FlateDecode"] * filters)
    kids = " ".join(f"{5 + number} 0 R" for number in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(content)} /Filter [{chain}] >>\nstream\n".encode() + content + b"\nendstream",
    ]
    fonts = f"<< /Font << /F1 3 0 R >> {resources} >>"
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources {fonts} >>"
    objects += [page.encode()] * pages
    return assembled(objects)


def assembled(objects: list[bytes], trailer: str = "") -> bytes:
    """PDF objects, numbered from 1, with their cross-reference table."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, data in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + data + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def words(text: str) -> bytes:
    """A content stream that shows an ASCII line."""
    return f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()


def overlapping_zip(kernel: int = 20_000_000, files: int = 50) -> bytes:
    """A zip file whose members all share one deflated kernel (CVE-2024-0450's shape)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(b"a" * kernel) + packer.flush()
    check = zlib.crc32(b"a" * kernel)
    name = b"word/document.xml"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, check, len(data), kernel, len(name), 0) + name + data
    central = b"".join(
        struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, check, len(data), kernel, len(entry), 0, 0, 0, 0, 0, 0
        )
        + entry
        for entry in (b"word/document%d.xml" % number if number else name for number in range(files))
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, files, files, len(central), len(local), 0)
    return local + central + end
