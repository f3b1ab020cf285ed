"""mime: the message as the bytes of one mail to one recipient."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from ...domain.delivery import Draft, MessageKind
from .chart import columns
from .digest import FORMS
from .headline import subject
from .lines import text
from .page import html
from .safe import one_line
from .view import Told

DOMAIN = "mention-monitor"


def mail(draft: Draft, told: Sequence[Told], sender: Address, to: Address) -> bytes:
    """The same draft gives the same bytes: date, Message-ID and boundary come from it.

    There is a List-Id to sort by and no List-Unsubscribe: mail programs would press it by themselves, and who is told
    is the operator's to decide; the Mute link asks first, and silences one topic of one source for a week.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject(draft, told)
    message["Date"] = draft.created_at
    message["Message-ID"] = message_id(draft.id, draft.recipient)
    threads = _threads(draft)
    if threads:
        message["References"] = " ".join(threads)
        message["In-Reply-To"] = threads[0]
    message["List-Id"] = f"{DOMAIN} <{_label(draft.channel)}.{DOMAIN}.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["MIME-Version"] = "1.0"
    head = b"".join(SMTP.fold_binary(name, value) for name, value in message.items())
    boundary = f"=-{_digest(draft.id, 'boundary', draft.recipient)[:32]}".encode()
    days = draft.overview.days if draft.overview is not None else ()
    if days and draft.kind in FORMS:
        picture = f"days-{_digest(draft.id, 'chart')[:16]}@{DOMAIN}"
        shown = _part("html", html(draft, told, f"cid:{picture}"))
        page = _joined("related", boundary + b"-r", (shown, _picture(picture, columns(days))))
    else:
        page = _part("html", html(draft, told))
    return head + _joined("alternative", boundary, (_part("plain", text(draft, told)), page))


def _joined(subtype: str, boundary: bytes, parts: Sequence[bytes]) -> bytes:
    """Several parts as one, with its own head."""
    between = [b"--%b\r\n%b" % (boundary, part) for part in parts]
    head = b'Content-Type: multipart/%b;\r\n boundary="%b"\r\n\r\n' % (subtype.encode(), boundary)
    return b"".join([head, *between, b"--%b--\r\n" % boundary])


def _picture(name: str, content: bytes) -> bytes:
    """A PNG that the page names by `cid:`; mail programs show it where it stands, not as an attachment."""
    head = f"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{name}>\r\n"
    disposition = 'Content-Disposition: inline; filename="days.png"\r\n\r\n'
    return (head + disposition).encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _part(subtype: str, content: str) -> bytes:
    """One body part. Base64 for every text: no server may fold, trim or dot-stuff what a match stands in."""
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    body = base64.encodebytes(content.replace("\n", "\r\n").encode())
    return head.encode() + body.replace(b"\n", b"\r\n")


def message_id(message: str, recipient: str) -> str:
    """The one Message-ID of a message to a recipient, at every attempt."""
    return f"<{_digest(message, 'message', recipient)[:40]}@{DOMAIN}>"


def _threads(draft: Draft) -> list[str]:
    """Ids of threads that no mail bears itself: what tells one item or story stands under one head."""
    if draft.kind is not MessageKind.ALERT or len(draft.tellings) != 1:
        return []
    hit = draft.tellings[0].hit
    heads = [f"item {hit.item}"] + ([f"story {hit.story}"] if hit.story is not None else [])
    return [f"<{_digest(head, 'thread', draft.channel, draft.recipient)[:32]}.thread@{DOMAIN}>" for head in heads]


def _digest(*words: str) -> str:
    return hashlib.sha256("\x00".join(words).encode("utf-8", "replace")).hexdigest()


def _label(channel: str) -> str:
    """The channel's key as a part of a host name."""
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in one_line(channel).lower())[:60]
