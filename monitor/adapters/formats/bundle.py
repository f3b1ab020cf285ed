"""bundle: which documents lie in a ZIP archive or a mail (EML), and what does each of them say?"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.domain.document import Extracted, Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import clean
from . import dates
from .base import Caps, Format
from .container import Container

if TYPE_CHECKING:
    from email.message import EmailMessage

_DEEPEST = 2  # archives within archives
_LEVEL = "bundle level"
_HEADER = re.compile(
    rb"^(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to):",
    re.IGNORECASE | re.MULTILINE,
)


def read_zip(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """Each document of an archive as a text of its own; what could not be read is told by name."""
    container = Container(body, caps)
    level = _level(origin)
    members = [name for name in container.names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    parts = ((_shown(name), container.read(name), "") for name in members)
    return _gathered("zip", parts, origin, caps, level)


def read_mail(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The words of a mail as its first text, then its attached documents."""
    from email import message_from_bytes, policy  # few children ever read a mail
    from email.message import EmailMessage
    from email.utils import parsedate_to_datetime

    message = message_from_bytes(body, policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise ReadError("unreadable", "not a mail")
    harvest = _gathered("eml", _mail_parts(message), origin, caps, _level(origin))
    subject = clean(str(message.get("subject") or "")) or origin.title
    try:
        sent = dates.sensible(parsedate_to_datetime(str(message.get("date"))))
    except (ValueError, TypeError):
        sent = None
    texts = list(harvest.texts)
    if texts:
        texts[0] = replace(
            texts[0],
            title=subject,
            published=sent or texts[0].published,
            author=clean(str(message.get("from") or ""))[:200],
        )
    return replace(harvest, texts=tuple(texts), title=subject)


def _mail_parts(message: EmailMessage) -> Iterator[tuple[str, bytes, str]]:
    body = message.get_body(("plain", "html"))
    parts = [body] if body is not None else []
    for part in [*parts, *message.iter_attachments()]:
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            name = "" if part is body else _shown(part.get_filename() or "attachment")
            yield (
                name,
                data,
                part.get_content_type() + (f"; {part.get_content_charset() or ''}" if part is body else ""),
            )


def _gathered(format: str, parts: Iterator[tuple[str, bytes, str]], origin: Origin, caps: Caps, level: int) -> Harvest:
    from . import sniff  # the list of formats holds this one

    if level >= _DEEPEST:
        raise ReadError("too large", f"archives within archives, {_DEEPEST} deep at most")
    texts: list[Extracted] = []
    warnings: list[str] = []
    left, cut = caps.text, False
    for name, data, media in parts:
        content_type, _, charset = media.partition("; ")
        url = f"{origin.url}#{name}" if name else origin.url
        inner = Origin(
            origin.source, "document", url, content_type, charset or None, {_LEVEL: level + 1}, name.rpartition("/")[2]
        )
        try:
            harvest = sniff(data, inner).read(data, inner, replace(caps, text=left))
        except ReadError as error:
            warnings.append(f"{name or 'body'}: {error}")
            continue
        texts += [replace(text, url=origin.url) for text in harvest.texts]
        warnings += [f"{name or 'body'}: {warning}" for warning in harvest.warnings]
        left -= sum(len(text.text.encode("utf-8", "replace")) for text in harvest.texts)
        cut = cut or harvest.truncated
    title = origin.title or (texts[0].title if texts else "")
    return Harvest(format, tuple(texts), title=title, entries=len(texts), truncated=cut, warnings=tuple(warnings[:50]))


def _shown(name: str) -> str:
    """A member's name; archives made on Chinese systems write it in GBK without saying so."""
    with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
        name = name.encode("cp437").decode("gb18030")
    return clean(name)[:300]


def _level(origin: Origin) -> int:
    level = origin.options.get(_LEVEL)
    return level if isinstance(level, int) else 0


def looks_zip(body: bytes) -> bool:
    """Whether it is a zip file."""
    return body.startswith(b"PK\x03\x04")


def looks_mail(body: bytes) -> bool:
    """Whether it begins with the header fields of a mail."""
    head = re.split(rb"\r?\n\r?\n", body[:20_000], maxsplit=1)[0]
    return not head.lstrip().startswith((b"<", b"{")) and len({found.lower() for found in _HEADER.findall(head)}) >= 3


ZIP = Format(
    key="zip",
    types=("application/zip", "application/x-zip-compressed"),
    endings=(".zip",),
    read=read_zip,
    looks=looks_zip,
)
MAIL = Format(key="eml", types=("message/rfc822",), endings=(".eml",), read=read_mail, looks=looks_mail)
