"""What stands in folders, ZIP, WARC, mbox, JSON lines and lists of addresses, whole and broken."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.adapters.archive import Caps, pieces
from monitor.domain.archive import Piece


def read(path: Path, **caps: int) -> list[Piece]:
    return list(pieces([path], "s", Caps(**caps)))


def problems(found: list[Piece]) -> list[str]:
    return [one.problem.partition(":")[0] for one in found if one.problem]


def warc(path: Path, *answers: tuple[str, str, bytes]) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, status, body in answers:
            headers = StatusAndHeaders(status, [("Content-Type", "text/html; charset=gb18030")], protocol="HTTP/1.1")
            dated = {"WARC-Date": "2024-05-06T07:08:09Z"}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", io.BytesIO(body), http_headers=headers, warc_headers_dict=dated
                )
            )


def test_a_folder_gives_its_files_in_order_and_follows_no_links_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / "z.html").write_bytes(b"<p>z")
    (tmp_path / "in" / "b" / "a.txt").write_bytes(b"text")
    (tmp_path / "secret.txt").write_bytes(b"outside")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "in" / "round").symlink_to(tmp_path / "in")
    found = read(tmp_path / "in")
    assert [(one.place, one.body) for one in found] == [("z.html", b"<p>z"), ("b/a.txt", b"text")]
    assert found[0].url == "import:s/z.html" and found[0].fetched is not None


def test_a_file_that_is_too_large_or_gone_is_a_piece_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "large.pdf").write_bytes(b"x" * 2_000)
    assert problems(read(tmp_path, body=1_000)) == ["larger than 1,000 bytes"]
    assert problems(list(pieces([tmp_path / "gone.pdf"], "s"))) == ["cannot be read"]


def test_a_zip_gives_its_members_and_names_those_that_are_broken(tmp_path: Path) -> None:
    """A69, A72: nothing is written to disk, and no size is believed."""
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("../../etc/a.html", (2023, 4, 5, 6, 7, 8)), "<p>one")
        archive.writestr("bomb.txt", b"0" * 5_000_000)
        archive.writestr("locked.txt", "two")
        archive.writestr("torn.txt", "three " * 500)
    raw = bytearray(path.read_bytes())
    entry = raw.rindex(b"locked.txt") - 46
    raw[entry + 8] |= 1  # says that it is encrypted
    torn = raw.index(b"torn.txt") + len("torn.txt")
    raw[torn + 3 : torn + 8] = b"\xff" * 5
    path.write_bytes(raw)
    found = read(path, body=1_000_000)
    assert found[0].place == "all.zip!../../etc/a.html" and found[0].body == b"<p>one"
    assert str(found[0].fetched)[:10] == "2023-04-05"
    assert problems(found) == ["larger than 1,000,000 bytes", "encrypted", "member damaged"]


def test_what_only_calls_itself_a_zip_is_one_broken_piece(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 and then nothing")
    assert problems(read(tmp_path)) == ["no ZIP archive, or damaged"]


def test_a_warc_gives_its_answers_with_address_charset_and_date(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    warc(path, ("https://a.example.org/1", "200 OK", b"<p>one"), ("https://a.example.org/2", "404 Not Found", b""))
    found = read(path)
    assert (found[0].url, found[0].body, found[0].charset) == ("https://a.example.org/1", b"<p>one", "gb18030")
    assert str(found[0].fetched) == "2024-05-06 07:08:09+00:00"
    assert problems(found) == ["status 404"]


def test_a_half_written_warc_gives_what_came_before_and_says_that_it_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    warc(path, ("https://a.example.org/1", "200 OK", b"<p>one"), ("https://a.example.org/2", "200 OK", b"<p>two" * 500))
    path.write_bytes(path.read_bytes()[:-60])
    found = read(path)
    assert found[0].body == b"<p>one"
    assert problems(found) and all(word.startswith("archive cut short") for word in problems(found))


def test_a_mailbox_gives_each_mail_with_its_date(tmp_path: Path) -> None:
    path = tmp_path / "list.mbox"
    path.write_bytes(
        b"From a@example.org Mon Jan  1 00:00:00 2024\nMessage-ID: <one@example.org>\n"
        b"Date: Mon, 01 Jan 2024 10:00:00 +0800\nSubject: one\n\nBody one\n>From the archive\n\n"
        b"From b@example.org Mon Jan  1 00:00:00 2024\nSubject: no date\n\nBody two\n"
    )
    found = read(path)
    assert [one.place for one in found] == ["list.mbox!one@example.org", "list.mbox!mail 2"]
    assert b"\nFrom the archive" in (found[0].body or b"")
    assert [one.published and one.published.isoformat() for one in found] == ["2024-01-01T10:00:00+08:00", None]
    (tmp_path / "no.mbox").write_bytes(b"nothing of the sort")
    assert problems(read(tmp_path / "no.mbox")) == ["no mail"]


def test_lines_of_json_keep_their_dates_and_broken_lines_are_told_by_number(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl.gz"
    rows = [
        '{"url":"https://a.example.org/1","title":"A\\nB","text":"one","published":"2024-02-03","fetched":"2024-02-04T05:06:07+08:00"}',
        "not json", "[1]", '{"title":"no text"}', "", '{"id":"x","html":"<p>two","language":"zh"}', "[" * 100_000,
    ]  # fmt: skip
    with gzip.open(path, "wt") as file:
        file.write("\n".join(rows))
    found = read(path)
    assert found[0].body == b"A B\none" and found[0].kind == "stored"
    assert (str(found[0].published)[:10], str(found[0].fetched)) == ("2024-02-03", "2024-02-04 05:06:07+08:00")
    assert (found[4].place, found[4].kind, found[4].body, found[4].language) == (
        "old.jsonl.gz!x",
        "any",
        b"<p>two",
        "zh",
    )
    assert [(one.place.rpartition("!")[2], one.problem) for one in found if one.problem] == [
        ("line 2", "not JSON"), ("line 3", "no JSON object"), ("line 4", "neither text nor html"), ("line 7", "not JSON"),
    ]  # fmt: skip


def test_a_cut_gzip_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl.gz"
    rows = "".join(f'{{"id":"{number}","text":"{number * 7919}"}}\n' for number in range(20_000))
    path.write_bytes(gzip.compress(rows.encode())[:-5_000])
    found = read(path)
    assert len(found) > 1_000
    assert problems(found)[-1] == "cannot be read"


def test_a_line_without_an_end_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_text(f'{{"text":"{"x" * 5_000}"}}\n{{"text":"short"}}\n')
    found = read(path, line=1_000)
    assert problems(found) == ["a line longer than 1,000 bytes"]
    assert found[1].body == b"\nshort"


def test_a_text_file_of_addresses_is_a_list_to_be_fetched(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(
        "https://a.example.org/1\n# a remark\n\nhttps://a.example.org/2 with words\nhttps://b.example.org\n"
    )
    (tmp_path / "plain.txt").write_text("https://a.example.org/1 is an address, this is a text")
    (tmp_path / "named.urls").write_text("https://a.example.org/1\nftp://no\n")
    found = {path: read(tmp_path / path) for path in ("list.txt", "plain.txt", "named.urls")}
    assert found["list.txt"][0].body is not None  # a line with words makes it a text
    assert found["plain.txt"][0].body is not None
    assert [one.body for one in found["named.urls"]] == [None, None]
    assert problems(found["named.urls"]) == ["no http(s) address"]
    (tmp_path / "only.txt").write_text("https://a.example.org/1\nhttps://a.example.org/2\n")
    assert [one.url for one in read(tmp_path / "only.txt")] == ["https://a.example.org/1", "https://a.example.org/2"]
