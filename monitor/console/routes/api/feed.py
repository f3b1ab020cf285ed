"""feed: hits as an Atom feed, for feed readers and other programs; any filter of the hit list stands in its address."""

from __future__ import annotations

from typing import Annotated
from xml.etree import ElementTree as xml

from fastapi import Depends, Request
from fastapi.responses import Response

from ....domain.hit import HitView
from ....domain.query import HitFilter
from ....pipeline.compose.safe import visible
from ...site import Routes, Site
from .shapes import masked, wanted

ENTRIES = 50
ATOM = "http://www.w3.org/2005/Atom"
xml.register_namespace("", ATOM)


def add(routes: Routes, site: Site) -> None:
    """Declares the address."""

    @routes.get("/feeds/hits.atom")
    def hits_feed(request: Request, filters: Annotated[HitFilter, Depends(wanted)]) -> Response:
        found = [masked(hit) for hit in site.queries.hits(filters, limit=ENTRIES)]
        body = atom(found, str(request.base_url).rstrip("/"), str(request.url), site.settings.title)
        return Response(body, media_type="application/atom+xml; charset=utf-8")


def atom(hits: list[HitView], base: str, own: str, title: str) -> bytes:
    """The feed (RFC 4287); ids are the hits' addresses, so that an entry is new once."""
    feed = xml.Element(f"{{{ATOM}}}feed")
    _text(feed, "title", f"{title}: hits")
    _text(feed, "id", own)
    _link(feed, own, "self")
    newest = max((hit.first_seen_at for hit in hits), default=None)
    _text(feed, "updated", newest.isoformat() if newest else "1970-01-01T00:00:00+00:00")
    for hit in hits:
        entry = xml.SubElement(feed, f"{{{ATOM}}}entry")
        _text(entry, "title", f"{hit.topic_name or hit.topic}: {visible(hit.title)}")
        _text(entry, "id", f"{base}/hits/{hit.id}")
        _text(entry, "updated", hit.first_seen_at.isoformat())
        _link(entry, f"{base}/hits/{hit.id}", "alternate")
        if hit.url.startswith(("http://", "https://")):
            _link(entry, hit.url, "via")
        author = xml.SubElement(entry, f"{{{ATOM}}}author")
        _text(author, "name", visible(hit.source))
        for term in (hit.topic, hit.verdict, hit.novelty, hit.kind):
            xml.SubElement(entry, f"{{{ATOM}}}category", {"term": term})
        _text(entry, "summary", visible(hit.passage))
    made: bytes = xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return made


def _text(parent: xml.Element, name: str, text: str) -> None:
    xml.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: xml.Element, href: str, rel: str) -> None:
    xml.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": visible(href)})
