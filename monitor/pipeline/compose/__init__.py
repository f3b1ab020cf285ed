"""compose: how is a message said, in mail, in chat and to programs?

Pure: the same draft gives the same bytes. Content is data; only our own templates are templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.headerregistry import Address

from ...domain.delivery import Draft, MessageKind
from . import headline, lines, mime, page, payload, post
from .view import Told, told

__all__ = ["chat", "html", "mail", "subject", "text", "webhook"]


def mail(draft: Draft, sender: Address, to: Address) -> tuple[str, bytes]:
    """(subject, bytes) of a mail with a text and an HTML part; never more than one recipient."""
    hits = _told(draft)
    return headline.subject(draft, hits), mime.mail(draft, hits, sender, to)


def chat(draft: Draft, schema: str) -> tuple[str, str]:
    """(title, body) of a post for the service of that URL schema, within its limit."""
    return post.chat(draft, _told(draft), post.limit(schema))


def webhook(draft: Draft, extras: Mapping[str, str] | None = None) -> tuple[str, bytes]:
    """(subject, JSON bytes) for programs; the schema stands in `payload`."""
    hits = _told(draft)
    return headline.subject(draft, hits), payload.payload(draft, hits, extras)


def subject(draft: Draft) -> str:
    """The subject alone."""
    return headline.subject(draft, _told(draft))


def text(draft: Draft) -> str:
    """The text part alone, for previews."""
    return lines.text(draft, _told(draft))


def html(draft: Draft) -> str:
    """The HTML part alone, for previews."""
    return page.html(draft, _told(draft))


def _told(draft: Draft) -> list[Told]:
    full = lines.FULL if draft.kind in {MessageKind.ALERT, MessageKind.TEST} else 0
    return [told(telling, draft, number < full) for number, telling in enumerate(draft.tellings)]
