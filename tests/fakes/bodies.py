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


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams, each long enough to stand outside the small-stream area."""
    size = 512
    table: list[int] = [0xFFFFFFFD, 0xFFFFFFFE]
    data = b""
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // size) * size), b"\0")
        start = len(table)
        count = len(padded) // size
        table += [start + number + 1 for number in range(count - 1)] + [0xFFFFFFFE]
        data += padded
        entries.append((name, 2, start, len(padded)))
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<5H", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", head, 44, 1, 1)
    struct.pack_into("<5I", head, 56, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    directory = b""
    for name, kind, start, length in entries:
        coded = name.encode("utf-16-le")
        entry = bytearray(128)
        entry[: len(coded)] = coded
        struct.pack_into("<HB", entry, 64, len(coded) + 2, kind)
        struct.pack_into("<III", entry, 68, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<II", entry, 116, start, length)
        directory += bytes(entry)
    fat = struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table)))
    return bytes(head) + fat + directory.ljust(512, b"\0") + data


def word97(*pieces: str, encrypted: bool = False) -> bytes:
    """A Word 97 file: pieces that fit into one byte a character are stored so, the others as UTF-16."""
    document = bytearray(1024)
    places, rows = [0], b""
    for piece in pieces:
        single = piece.isascii()
        where = len(document)
        document += piece.encode("cp1252" if single else "utf-16-le")
        rows += struct.pack("<HIH", 0, where * 2 | 0x40000000 if single else where, 0)
        places.append(places[-1] + len(piece))
    plc = struct.pack(f"<{len(places)}I", *places) + rows
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<H", document, 0, 0xA5EC)
    struct.pack_into("<H", document, 10, 0x0200 | (0x0100 if encrypted else 0))
    struct.pack_into("<i", document, 0x4C, places[-1])
    struct.pack_into("<II", document, 0x1A2, 0, len(clx))
    return compound({"WordDocument": bytes(document), "1Table": clx})


def zipped(**members: str | bytes) -> bytes:
    """A zip file; in names `__` stands for `/` and a final `_xml` for `.xml`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def workbook(sheet: str, *shared: str) -> bytes:
    """An XLSX file with one sheet named 名单."""
    space = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
    items = "".join(f"<si><t>{text}</t></si>" for text in shared)
    return zipped(
        xl__workbook_xml=f"<workbook {space}><sheets><sheet name='名单'/></sheets></workbook>",
        xl__sharedStrings_xml=f"<sst {space}>{items}</sst>",
        xl__worksheets__sheet1_xml=f"<worksheet {space}><sheetData>{sheet}</sheetData></worksheet>",
    )


def opendocument(body: str) -> bytes:
    """An ODT file around the inner XML of its text."""
    spaces = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in ("office", "text", "table")
    )
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"<office:document-content {spaces}>{text}</office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        packed.writestr("content.xml", content)
    return out.getvalue()
