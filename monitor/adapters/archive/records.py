"""records: how are files read that hold many things: WARC, mbox, JSON lines, lists of addresses?"""

from __future__ import annotations

import email
import email.policy
import gzip
import json
import zlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import IO, Any

from monitor.domain.archive import Piece

from .base import Caps, Origin, bounded, lines, moment

TEXTS = ("text", "content", "body")
PAGES = ("html", "raw_html")
PUBLISHED = ("published", "published_at", "date", "pubDate")
FETCHED = ("fetched", "fetched_at", "crawled_at", "first_seen_at")


def opened(origin: Origin) -> IO[bytes]:
    """The file, unpacked when its name ends in .gz."""
    return gzip.open(origin.path) if origin.path.suffix == ".gz" else origin.path.open("rb")  # type: ignore[return-value]


def warc(origin: Origin, caps: Caps) -> Iterator[Piece]:
    """The answers (status 200) and resources of a WARC file; a record that was half written is told, what came before counts."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    place = 0
    try:
        with origin.path.open("rb") as file:
            for record in ArchiveIterator(file):
                place += 1
                if record.rec_type in {"response", "resource"}:
                    yield _record(record, origin, place, caps)
    except (ArchiveLoadFailed, EOFError, OSError, zlib.error, ValueError) as error:
        yield origin.broken(f"record {place + 1}", f"archive cut short or damaged: {_words(error)}")


def _record(record: Any, origin: Origin, place: int, caps: Caps) -> Piece:
    headers = record.rec_headers
    url = headers.get_header("WARC-Target-URI") or ""
    member = headers.get_header("WARC-Record-ID") or f"record {place}"
    http = record.http_headers
    status = http.get_statuscode() if http is not None else "200"
    if status != "200" and status[:3].isdigit():
        return origin.broken(member, f"status {status[:3]}")
    body = bounded(record.content_stream(), caps.body)
    if body is None:
        return origin.broken(member, f"larger than {caps.body:,} bytes")
    if not status[:3].isdigit() or _is_cut(record.raw_stream):
        return origin.broken(member, "archive cut short or damaged: the record ends too early")
    media = (http.get_header("Content-Type") if http is not None else record.content_type) or ""
    return Piece(
        url or origin.url(member), url or origin.url(member), body, "any", *_media(media),
        fetched=moment(headers.get_header("WARC-Date")),
    )  # fmt: skip


def _is_cut(stream: Any) -> bool:
    """Whether a record promised more bytes than there are."""
    return bool(getattr(stream, "limit", 0) > 0 and not stream.read(1))


def _media(text: str) -> tuple[str, str | None]:
    media, _, rest = text.partition(";")
    _, _, charset = rest.partition("charset=")
    return media.strip().lower(), charset.strip().strip("\"'").partition(";")[0] or None


def mbox(origin: Origin, caps: Caps) -> Iterator[Piece]:
    """The mails of an mbox file, one after the other; each with its attachments."""
    with opened(origin) as file:
        mail: list[bytes] = []
        size, number, blank = 0, 0, True
        for line in file:
            if blank and line.startswith(b"From "):
                if number:
                    yield _mail(origin, number, b"".join(mail), size, caps)
                number += 1
                mail, size = [], 0
            elif number:
                size += len(line)
                if size <= caps.body:
                    mail.append(line[1:] if line.startswith(b">From ") else line)
            blank = not line.strip()
        if number:
            yield _mail(origin, number, b"".join(mail), size, caps)
        else:
            yield origin.broken("", "no mail: a line that begins `From ` must come first")


def _mail(origin: Origin, number: int, raw: bytes, size: int, caps: Caps) -> Piece:
    head = email.message_from_bytes(raw.partition(b"\n\n")[0] + b"\n\n", policy=email.policy.compat32)
    name = str(head.get("Message-ID") or "").strip().strip("<>")[:300] or f"mail {number}"
    if size > caps.body:
        return origin.broken(name, f"larger than {caps.body:,} bytes")
    try:
        sent = parsedate_to_datetime(str(head.get("Date")))
    except (TypeError, ValueError):
        sent = None
    return Piece(
        f"{origin.name}!{name}", origin.url(name), raw, "any", "message/rfc822",
        published=sent if sent is None or sent.tzinfo else None,
    )  # fmt: skip


def jsonl(origin: Origin, caps: Caps) -> Iterator[Piece]:
    """One object a line: {"url"?, "id"?, "title"?, "text" or "html", "published"?, "fetched"?, "language"?}."""
    with opened(origin) as file:
        for number, line in lines(file, caps.line):
            if line is None:
                yield origin.broken(f"line {number}", f"a line longer than {caps.line:,} bytes")
            elif line.strip():
                yield _object(origin, number, line, caps)


def _object(origin: Origin, number: int, line: bytes, caps: Caps) -> Piece:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return origin.broken(f"line {number}", "not JSON")
    if not isinstance(row, dict):
        return origin.broken(f"line {number}", "no JSON object")
    page, text = _first(row, PAGES), _first(row, TEXTS)
    if page is None and text is None:
        return origin.broken(f"line {number}", "neither text nor html")
    title = str(row.get("title") or "").replace("\n", " ").replace("\r", " ")
    body = (page if page is not None else f"{title}\n{text}").encode("utf-8", "replace")
    if len(body) > caps.body:
        return origin.broken(f"line {number}", f"larger than {caps.body:,} bytes")
    url = row.get("url") or row.get("link")
    name = str(row.get("id") or f"line {number}")
    return Piece(
        str(url or f"{origin.name}!{name}"), str(url or origin.url(name)), body, "any" if page is not None else "stored",
        "text/html" if page is not None else "text/plain", "utf-8", title,
        str(row.get("language") or row.get("lang") or ""), moment(_first(row, PUBLISHED)), moment(_first(row, FETCHED)),
    )  # fmt: skip


def _first(row: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if isinstance(value := row.get(name), str)), None)


def addresses(origin: Origin, caps: Caps) -> Iterator[Piece]:
    """One http(s) address a line; empty lines and those that begin with # are passed over."""
    with opened(origin) as file:
        for number, line in lines(file, 10_000):
            words = (line or b"").decode("utf-8", "replace").split()
            if line is None or (words and not words[0].startswith(("http://", "https://", "#"))):
                yield origin.broken(f"line {number}", "no http(s) address")
            elif words and not words[0].startswith("#"):
                yield Piece(words[0], words[0])


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
