"""Bodies of catalogue A, made on the spot: the tests of single rows and the gate of the whole service serve the same ones.

Sizes are arguments, so that a short form can serve the same trick smaller.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib

from tests.fakes import bodies

NOTICE = "<html><title>通知</title><p>现组织申报启明计划，申报人须在海外工作三年以上，请于月底前报送材料。</p></html>"
LOGIN = "<title>登录</title><form><input type=password></form>"
PAGE_FOR_FEED = (
    "<!doctype html><html><head><title>Sign in</title><link rel=alternate type='application/rss+xml' href='/feed.xml'>"
)
LATE_TEXT = "启明计划申报"
LATE_META = b"<html><!--" + b"x" * 5_000 + b"--><meta charset=gb2312><p>" + LATE_TEXT.encode("gbk")  # A36
NO_CHARSET = b"<html><p>\xff\xfe\x81 caf\xe9 \x81"  # A36
IMPOSSIBLE_BYTES = b"<html><p>a\x00b\xed\xa0\x80c\xc0\xafd &#xD800; &#0; &#x1; e"  # A37
LAUGHS = (  # A38
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
REFERENCES = ("&#999999999999;", "&#55296;", "&#xFFFFFFFFF;", "&#0;")  # A43, A44
HALF_DOCTYPES = ("<!DOCTYPE", "<!DOCTYPE [", "<!DOCTYPE rss [<!ENTITY", "<!-- <!DOCTYPE x [ -->")  # A46
GUIDS = ("", "<guid/>", "<guid>0</guid>", "<guid isPermaLink='false'> </guid>")  # A49
DATES = ("Fri, 31 Dec 9999 23:59:59 GMT", "0000-00-00", "Mon, 01 Jan 0001 00:00:00 GMT", "soon")  # A50
BROKEN_JSON = (  # A51
    "null",
    "[]",
    '{"version":"https://jsonfeed.org/version/1.1","items":{}}',
    "[" * 10_000,
    '{"version":1}',
)
UNFINISHED = (b"<a ", b"<!-- ", b"<a href='", b"<![CDATA[")  # A56
MARKUP_TRICKS = (  # A57
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<svg><foreignObject><script>alert(1)</script></foreignObject></svg>",
    "<template><script>alert(1)</script></template><xmp><img src=x onerror=alert(1)></xmp>",
)
HIDDEN = "<html><body><p>visible words</p><p style='display:none'>申报启明计划的通知</p><!-- 启明计划 -->"  # A58
SELECTORS = ("//a[unparsed-text('file:///etc/passwd')]", "json-doc('file:///etc/passwd')", ".[] | env")  # A60
DISGUISES = (  # A76
    "启\u200b明\u200d计\ufeff划",
    "启\u00ad明计划",
    "ＱｉｍｉｎｇＰｒｏｇｒａｍ",
    "Ｑiming Ｐrogram",
    "Qiming\u00a0Program",
    "啟明計劃",
    "“启明”计划",
)


def entry(inner: str) -> bytes:
    """A feed with one entry."""
    return bodies.rss(f"<item>{inner}</item>")


def laughing_feed() -> str:
    """A38: a title whose entities unfold to a billion words."""
    return f"<?xml version='1.0'?>{LAUGHS}<rss version='2.0'><channel><item><title>&i;</title></item></channel></rss>"


def laughing_docx() -> bytes:
    """A38: the same in the header of a Word file."""
    return bodies.docx("", word__header1=f"{LAUGHS}<w:hdr xmlns:w='{bodies.WORD}'>&i;</w:hdr>")


def huge_token(size: int = 8_000_000) -> bytes:
    """A39: a tag that does not end."""
    return b"<rss version='2.0'><channel><item><title " + b"a" * size


def deep_feed(depth: int = 100_000) -> bytes:
    """A40: elements in elements in a title."""
    return b"<rss version='2.0'><channel><item><title>" + b"<x>" * depth


def deep_docx(depth: int = 100_000) -> bytes:
    """A40: content controls in content controls."""
    return bodies.docx("<w:sdt>" * depth + bodies.paragraph("x"))


def many_elements(count: int = 3_300_000) -> bytes:
    """A41: elements of three bytes each that take some hundred bytes of memory."""
    return b"<html><body>" + b"<i>" * count


def outside_feed(url: str = "http://127.0.0.1:9/") -> str:
    """A42: entities that name a file and an address."""
    outside = f"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'><!ENTITY % y SYSTEM '{url}'>%y;]>"
    item = "<item><title>t &x;</title><guid>1</guid></item>"
    return f"<?xml version='1.0'?>{outside}<rss version='2.0'><channel>{item}</channel></rss>"


def impossible_feed(reference: str) -> bytes:
    """A43, A44: an entry with a character that there is none of, and one that is well."""
    return bodies.rss(f"<item><title>one {reference}</title></item><item><title>two</title></item>")


def tricky_feed() -> bytes:
    """A45: CDATA, comments and escaped tags in one description."""
    tricky = "<![CDATA[<b>x</b><script>alert(1)</script><!-- <img onerror=1> -->]]>&lt;i&gt;y&lt;/i&gt;"
    return entry(f"<title>t</title><description>{tricky}</description>")


def half_doctype(start: str) -> str:
    """A46: a document type that does not end, before a feed."""
    return start + "<rss version='2.0'><channel><item><title>t</title></item></channel></rss>"


def long_feed(number: int = 50_000) -> bytes:
    """A47: a feed of so many entries."""
    return bodies.rss("".join(f"<item><guid>{n}</guid><title>t{n}</title></item>" for n in range(number)))


def one_guid() -> bytes:
    """A48: nine entries under one id."""
    return bodies.rss(
        "".join(f"<item><guid>same</guid><title>t{n}</title><link>http://h/{n}</link></item>" for n in range(9))
    )


def no_guid(guid: str) -> bytes:
    """A49: eleven entries without an id of their own, two of them empty."""
    return bodies.rss("".join(f"<item>{guid}<title>t{n}</title></item>" for n in range(9)) + f"<item>{guid}</item>" * 2)


def dated(date: str) -> bytes:
    """A50: an entry of that date."""
    return entry(f"<title>t</title><pubDate>{date}</pubDate>")


def wrong_types() -> str:
    """A51: a JSON feed of which one item in four is one."""
    items = [
        {"id": 7, "title": ["x"], "url": {}, "content_html": 5},
        {"id": "b", "content_text": "启明计划"},
        None,
        "x",
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1", "title": 3, "items": items})


def hostile_base() -> bytes:
    """A53: links that are written for another host than they seem, and one that is a script."""
    return bodies.rss(
        "<item xml:base='https://evil.example/'><title>t</title><link>/a</link></item>"
        "<item><title>u</title><link>javascript:x</link></item>"
    )


def deep_page(depth: int) -> str:
    """A54: the notice stands under so many elements."""
    body = "<div>" * depth + "<p>启明计划组织申报通知</p>" + "</div>" * depth
    return f"<html><body><p>intro words</p>{body}"


def abyss(depth: int = 1_000_000) -> bytes:
    """A55: nothing but nesting."""
    return b"<div>" * depth + b"x"


def unfinished(piece: bytes, times: int = 1_000_000) -> bytes:
    """A56: the same unfinished tag over and over."""
    return b"<html><body>" + piece * times


def turning_page(token: str, day: int, minute: int, views: int) -> str:
    """A59: a page of which only clock, counter and token turn over."""
    return (
        f"<html><title>通知</title><meta name=csrf content={token}><p>今天是2026年11月{day}日 08:{minute}:11</p>"
        "<p>现组织申报启明计划，申报人须在海外工作三年以上，请于月底前报送材料。</p><p>联系人见附件，逾期不再受理。</p>"
        f"<p>浏览次数：{views}</p><p>阅读：{views}</p><a href='/c?sid={token}'>首页</a></html>"
    )


def packed_twice(size: int = 400_000_000) -> bytes:
    """A61: a page of blanks, deflated twice."""
    once = zlib.compressobj(9)
    step = bytes([32]) * 1_000_000
    inner = b"".join(once.compress(step) for _ in range(size // len(step))) + once.flush()
    bomb = zlib.compress(inner, 9)
    return _one_page(bomb, "[/FlateDecode /FlateDecode]")


def packed_by_lzw(size: int = 400_000_000) -> bytes:
    """A62: a page of blanks by LZW."""
    return _one_page(lzw(size), "/LZWDecode")


def _one_page(stream: bytes, chain: str) -> bytes:
    return bodies.assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            f"<< /Length {len(stream)} /Filter {chain} >>\nstream\n".encode() + stream + b"\nendstream",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R >>",
        ]
    )


def lzw(size: int) -> bytes:
    """`size` bytes of blanks by the LZW of PDF: clear, then ever longer runs, cleared when the table is full."""
    codes: list[tuple[int, int]] = []
    made = 0
    while made < size:
        codes.append((256, 9))
        width, entries, run = 9, 258, 1
        codes.append((32, 9))
        made += 1
        while entries < 4093 and made < size:
            run += 1
            codes.append((entries, width))
            made += run
            entries += 1
            width = 9 if entries < 511 else 10 if entries < 1023 else 11 if entries < 2047 else 12
    codes.append((257, 12))
    bits = value = 0
    out = bytearray()
    for code, width in codes:
        value, bits = value << width | code, bits + width
        while bits >= 8:
            bits -= 8
            out.append(value >> bits & 255)
            value &= (1 << bits) - 1
    return bytes(out)


def circular_table() -> bytes:
    """A63: a table of objects whose predecessor is itself."""
    plain = bodies.pdf(bodies.words("x"))
    start = plain.rindex(b"xref\n0")
    return plain.replace(b"/Root 1 0 R", f"/Root 1 0 R /Prev {start}".encode())


def circular_outline() -> bytes:
    """A63: an outline that leads round."""
    return bodies.pdf(bodies.words("x"), extra="/Outlines << /First 6 0 R /Count 2 >>")


def endless_image() -> bytes:
    """A64: an image in the page that does not end."""
    return bodies.pdf(b"BI /W 9999 /H 9999 /BPC 8 /CS /RGB ID " + b"\x00\xff" * 1_000_000)


def huge_size() -> bytes:
    """A65: a trailer that announces two thousand million objects."""
    return bodies.pdf(bodies.words("x")).replace(b"/Size 6", b"/Size 2147483647")


def slow_page(depth: int = 400_000) -> bytes:
    """A66: a page that keeps its reader busy long enough to be hit meanwhile."""
    return b"<html><body>" + b"<div>" * depth


def million_paths(number: int = 955_000) -> bytes:
    """A67: a page of so many strokes."""
    return bodies.pdf(b"0 0 m 9 9 l S " * number)


def word_bomb(megabytes: int = 200) -> bytes:
    """A69: a Word file that unpacks to so much."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("word/document.xml", "w") as member:
        for _ in range(megabytes):
            member.write(b"<" * 1_000_000)
    return out.getvalue()


def many_members(number: int = 3_000) -> bytes:
    """A69: a Word file of so many members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for place in range(number):
            packed.writestr(f"word/document{place}.xml", "x")
    return out.getvalue()


def outside_docx() -> bytes:
    """A71: a Word file whose header names a file of the machine."""
    header = (
        f"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><w:hdr xmlns:w='{bodies.WORD}'><w:t>&e;</w:t></w:hdr>"
    )
    return bodies.docx(bodies.paragraph("x"), word__header1=header)


def climbing_docx(outside: str) -> bytes:
    """A72: a Word file with a member that would be written to an absolute path (without its `.xml`)."""
    return bodies.docx(bodies.paragraph("inside"), **{f"../../../..{outside}": "x"})


def one_line(filler: int = 58_000) -> str:
    """A75: a line of almost ten megabytes (at 58,000) with three markers, all before its half."""
    told = "the office asks for reports " * filler
    return f"Qiming Program one {told} Qiming Program two {told} Qiming Program three {told}{told}{told}{told}"
