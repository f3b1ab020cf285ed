"""What PDF, Word and text files say, and how a body is told by its bytes."""

from __future__ import annotations

import pytest

from monitor.adapters.charset import clean, decode
from monitor.adapters.formats import Caps, sniff
from monitor.adapters.formats.pdf import unwrapped
from monitor.domain.document import Extracted, Origin
from monitor.domain.errors import ReadError
from tests.fakes import bodies

CELL = "<w:tc>{}</w:tc>"


def read(body: bytes, url: str = "https://d.example/x", content_type: str = "", title: str = "") -> Extracted:
    origin = Origin("s", "document", url, content_type, title=title)
    return sniff(body, origin).read(body, origin, Caps()).texts[0]


def test_a_word_file_is_read_with_tables_headers_and_footnotes_and_without_what_was_deleted() -> None:
    row = "<w:tr>" + CELL.format(bodies.paragraph("姓名")) + CELL.format(bodies.paragraph("单位")) + "</w:tr>"
    deleted = "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>kept</w:t></w:r></w:p>"
    split = "<w:p><w:r><w:t>启明</w:t></w:r><w:r><w:t>计划</w:t></w:r></w:p>"
    part = f"<w:x xmlns:w='{bodies.WORD}'>{{}}</w:x>"
    body = bodies.docx(
        split + f"<w:tbl>{row}</w:tbl>" + deleted,
        word__header1=part.format(bodies.paragraph("head")),
        word__footnotes=part.format(bodies.paragraph("note")),
    )
    text = read(body)
    assert text.text == "head\n启明计划\n姓名\t单位\nkept\nnote"
    assert (text.format, text.title) == ("docx", "启明计划")


def test_the_title_of_the_link_names_a_document() -> None:
    assert read(bodies.pdf(bodies.words("Call for talents")), title="附件1：申报书").title == "附件1：申报书"


def test_a_pdf_of_which_some_pages_are_pictures_says_which() -> None:
    text = read(bodies.pdf(bodies.words("Qiming Program"), pages=2))
    assert text.text == "Qiming Program\nQiming Program" and text.warnings == ()
    assert read(bodies.pdf(b"0 0 m 9 9 l S")).warnings == ("needs-ocr",)


def test_lines_that_the_width_of_a_page_broke_are_joined_between_hanzi_only() -> None:
    long = "各有关单位现组织申报启明计"
    assert unwrapped(f"{long}\n划请符合条件\n二、通知") == f"{long}划请符合条件\n二、通知"
    assert unwrapped("A line of English words\nthat goes on here") == "A line of English words\nthat goes on here"


def test_a_damaged_file_is_unreadable_and_says_why() -> None:
    for body in (b"%PDF-1.4\nrubbish", b"PK\x03\x04word/rubbish", bodies.docx("<w:p>")):
        with pytest.raises(ReadError) as error:
            read(body)
        assert error.value.reason == "unreadable" and len(str(error.value)) > 20


def test_a_sort_of_file_that_nobody_reads_is_named() -> None:
    for body, name in (
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"Rar!\x1a\x07\0", "RAR"),
        (b"\x00\x01\x02\x03", "00010203"),
    ):
        with pytest.raises(ReadError, match=name):
            read(body, content_type="text/html")


@pytest.mark.parametrize(
    ("body", "content_type", "url", "format"),
    [
        (b"%PDF-1.4", "text/html", "https://x/a.html", "pdf"),
        (b"<!doctype html><p>x", "application/pdf", "https://x/a.pdf", "html"),
        (b"plain words", "", "https://x/a", "text"),
        (b"plain words", "text/html; charset=utf-8", "https://x/a", "html"),
        (b"plain words", "application/octet-stream", "https://x/a.txt", "text"),
    ],
)
def test_bytes_count_before_names(body: bytes, content_type: str, url: str, format: str) -> None:
    assert sniff(body, Origin("s", "document", url, content_type)).key == format


TEXT = "启明计划申报通知：请各单位组织申报，材料于月底前报送，逾期不予受理。"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "gbk", "big5", "utf-16", "utf-32", "utf-16-le"])
def test_bytes_without_any_label_are_decoded(codec: str) -> None:
    text = TEXT if codec != "big5" else "啟明計畫申報通知：請各單位組織申報，材料於月底前報送，逾期不予受理。"
    text = f"<p>{text}</p>"
    assert decode(text.encode(codec)).text == text


def test_a_single_byte_label_proves_nothing() -> None:
    assert decode(TEXT.encode(), "iso-8859-1").text == TEXT
    body = "<meta charset=gbk>" + TEXT
    assert decode(body.encode("gbk"), "iso-8859-1").text == body
    assert decode("café".encode("latin-1"), "iso-8859-1").text == "café"


def test_a_multi_byte_label_counts_when_it_decodes() -> None:
    assert decode(TEXT.encode("gb18030"), "gb2312").encoding == "gb18030"
    assert decode("日本語のお知らせ".encode("iso-2022-jp"), "iso-2022-jp").text == "日本語のお知らせ"
    assert decode(b"plain", "no-such-charset").text == "plain"


def test_clean_text_is_what_a_database_and_json_can_hold() -> None:
    assert clean("a\x00b\ud800c\r\nd\x0be\u2028f\tg") == "ab\ufffdc\nde\nf\tg"
