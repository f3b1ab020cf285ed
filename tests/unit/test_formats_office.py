"""What the other sorts of attachments say: DOC and WPS, XLSX, ODT, RTF, mails and archives of these."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from monitor.adapters.formats import Caps, sniff
from monitor.domain.document import Extracted, Harvest, Origin
from monitor.domain.errors import ReadError
from tests.fakes import bodies


def harvest(body: bytes, caps: Caps | None = None) -> Harvest:
    origin = Origin("s", "document", "https://d.example/x")
    return sniff(body, origin).read(body, origin, caps or Caps())


def read(body: bytes) -> Extracted:
    return harvest(body).texts[0]


def test_a_legacy_word_file_is_put_together_from_its_pieces() -> None:
    text = read(
        bodies.word97(
            "启明计划申报书\r姓名\x07单位\x07\x07", "Qiming ", "Program\r", '\x13HYPERLINK "x"\x14见附件\x15\r'
        )
    )
    assert text.text == "启明计划申报书\n姓名\t单位\t\tQiming Program\n见附件"
    assert (text.format, text.title) == ("doc", "启明计划申报书")


def test_an_encrypted_or_foreign_legacy_file_says_so() -> None:
    for body, reason in (
        (bodies.word97("x", encrypted=True), "encrypted"),
        (bodies.compound({"Workbook": b"x"}), "unreadable"),
        (bodies.compound({"QuillContents": b"x"}), "unsupported"),
        (bodies.word97("x")[:700], "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2_000, "unreadable"),
    ):
        with pytest.raises(ReadError) as error:
            read(body)
        assert error.value.reason == reason


def test_a_workbook_gives_a_line_a_row() -> None:
    rows = "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row><row><c><v>42</v></c><c t='inlineStr'><is><t>x</t></is></c></row>"
    text = read(bodies.workbook(rows, "姓名", "启明计划"))
    assert (text.text, text.format, text.title) == ("名单\n姓名\t启明计划\n42\tx", "xlsx", "名单")


def test_an_opendocument_text_is_read_with_its_tables() -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    table = f"<table:table><table:table-row>{cell.format('a')}{cell.format('b')}</table:table-row></table:table>"
    text = read(
        bodies.opendocument(f"<text:h>通知</text:h> <text:p>启<text:span>明</text:span>计划<text:s/>x</text:p>{table}")
    )
    assert (text.text, text.format) == ("通知\n启明计划 x\na\tb", "odt")


def test_rich_text_is_decoded_by_its_code_page_and_its_unicode() -> None:
    hanzi = "".join(f"\\'{byte:02x}" for byte in "启明计划".encode("gbk"))
    body = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 SimSun;}}{\*\generator x;}\pard " + hanzi.encode()
    body += rb"\par \u30003?\u-24658?x {\b bold}\cell y\row \{z\}}"
    assert read(body).text == f"启明计划\n{chr(30003)}{chr(65536 - 24658)}x bold\ty\n{{z}}"


def test_a_mail_gives_its_words_and_its_attached_documents() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "申报通知", "office@city.example", "us@example.org"
    mail["Date"] = "Sun, 01 Nov 2026 08:00:00 +0800"
    mail.set_content("各位：请看附件。")
    mail.add_attachment(
        bodies.docx(bodies.paragraph("启明计划")), maintype="application", subtype="octet-stream", filename="书.docx"
    )
    mail.add_attachment(b"\x89PNG\r\n\x1a\n\0", maintype="image", subtype="png", filename="logo.png")
    found = harvest(mail.as_bytes())
    assert [(text.title, text.text) for text in found.texts] == [
        ("申报通知", "各位：请看附件。"),
        ("书.docx", "启明计划"),
    ]
    assert found.texts[0].published == datetime(2026, 11, 1, tzinfo=UTC)
    assert [warning for warning in found.warnings if "logo.png" in warning]
    assert len({text.place for text in found.texts}) == 2


def test_an_archive_gives_each_of_its_documents_and_names_what_it_could_not_read() -> None:
    body = bodies.zipped(
        **{
            "a.txt": "启明计划",
            "dir/b.docx": bodies.docx(bodies.paragraph("b")),
            "c.png": b"\x89PNG\0",
            "附件.doc": bodies.word97("甲乙"),
        }
    )
    found = harvest(body)
    assert [(text.title, text.text) for text in found.texts] == [
        ("a.txt", "启明计划"),
        ("b.docx", "b"),
        ("附件.doc", "甲乙"),
    ]
    assert found.warnings[0].startswith("c.png: unsupported")


def test_archives_within_archives_end_somewhere() -> None:
    body = bodies.zipped(**{"a.txt": "x"})
    for _ in range(4):
        body = bodies.zipped(**{"inner.zip": body})
    found = harvest(body)
    assert found.texts == () and "too large" in found.warnings[0]


def test_the_documents_of_an_archive_share_one_budget_of_text() -> None:
    found = harvest(bodies.zipped(**{"a.txt": "x" * 800, "b.txt": "y" * 800}), Caps(text=1_000))
    assert [len(text.text) for text in found.texts] == [800, 200] and found.truncated
