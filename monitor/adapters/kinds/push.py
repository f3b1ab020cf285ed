"""push: a source that sends its documents to us: `POST /api/documents`."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from monitor.domain.document import Extracted, Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import clean
from ..formats import dates, html, links, sniff, text
from ..formats.base import Caps
from .base import SourceKind

JSON = "application/json"
_TITLES = ("title", "subject", "name")
_TEXTS = ("text", "content_text", "message", "body", "content", "summary")
_MARKUP = ("html", "content_html")
_URLS = ("url", "link", "external_url")
_DATES = ("published", "date_published", "date", "timestamp")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a JSON object tells of one document."""

    url: str
    title: str
    text: str
    html: str
    published: str
    source: str


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The document of a JSON object, or of a file of any format; `meta` tells `source` and `url` of an object.

    Raises ReadError, "not a document" for JSON without a text.
    """
    if origin.content_type != JSON:
        told = str(origin.options.get("published") or "")
        return _told(sniff(body, origin).read(body, origin, caps), origin.title, told)
    letter = _letter(body)
    inside = _origin(letter, origin)
    harvest = (html if letter.html else text).read(_content(letter), inside, caps)
    harvest = _told(harvest, letter.title, letter.published)
    return replace(harvest, meta={**harvest.meta, "push:source": letter.source, "push:url": letter.url})


def refine(body: bytes, origin: Origin, caps: Caps, harvest: Harvest) -> Harvest:
    """The main text of what came as HTML apart from its furniture; anything else as it is."""
    if origin.content_type != JSON:
        finer = sniff(body, origin).refine
        return finer(body, origin, caps, harvest) if finer is not None else harvest
    letter = _letter(body)
    return html.refine(_content(letter), _origin(letter, origin), caps, harvest) if letter.html else harvest


def _letter(body: bytes) -> Letter:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ReadError("not a document", f"JSON that cannot be read: {str(error)[:200]}") from error
    if not isinstance(told, dict):
        raise ReadError("not a document", 'JSON that is no object: send {"url", "title", "text" or "html"}')
    letter = Letter(
        url=_first(told, _URLS),
        title=" ".join(_first(told, _TITLES).split()),
        text=_first(told, _TEXTS),
        html=_first(told, _MARKUP),
        published=_first(told, _DATES),
        source=_first(told, ("source",)),
    )
    if not (letter.text or letter.html or letter.title):
        raise ReadError("not a document", "it has neither text nor html nor title")
    if letter.url and links.absolute(letter.url, "") is None:
        raise ReadError("not a document", f"url {letter.url[:100]!r} is no http or https address")
    return letter


def _first(told: dict[str, object], names: tuple[str, ...]) -> str:
    for name in names:
        value = told.get(name)
        if isinstance(value, str) and value.strip():
            return clean(value).strip()
    return ""


def _content(letter: Letter) -> bytes:
    return (letter.html or letter.text).encode("utf-8", "replace")


def _origin(letter: Letter, origin: Origin) -> Origin:
    media = "text/html" if letter.html else "text/plain"
    return replace(origin, url=letter.url or origin.url, content_type=media, charset="utf-8", title=letter.title)


def _told(harvest: Harvest, title: str, published: str) -> Harvest:
    """What the sender says of a document wins over what its file says."""
    moment = dates.sensible(dates.parse(published)) if published else None

    def told(one: Extracted) -> Extracted:
        return replace(one, title=title or one.title, published=moment or one.published)

    return replace(harvest, texts=tuple(told(one) for one in harvest.texts), title=title or harvest.title)


KIND = SourceKind(
    key="push",
    options={},
    read=read,
    refine=refine,
    summary="documents that other tools send to POST /api/documents; the text says who sends",
    address="name",
)
