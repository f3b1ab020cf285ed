"""paging: where does a list go on?

Lists of Chinese public sites rarely say rel=next: many write `下一页`, and some build their page links by a script of their
content system, `createPageHTML(count, current, "index", "html")`, whose pages are index.html, index_1.html, index_2.html.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from ..formats import links
from ..formats.markup import Page

_NEXT_WORDS = frozenset(
    ["下一页", "下一頁", "下页", "下頁", "后一页", "後一頁", "next", "nextpage", "older", "olderposts", ""]
)
_ARROWS = "›»>→"
_SCRIPT = re.compile(
    r"createPageHTML\s*\(\s*(?:['\"][^'\"]{0,60}['\"]\s*,\s*)?(\d{1,6})\s*,\s*(\d{1,6})\s*,"
    r"\s*['\"]([\w./-]{1,80})['\"]\s*,\s*['\"](\w{1,8})['\"]"
)
_COUNTED = re.compile(
    r"(?:[?&](?:page|p|pageno|pagenum|pageindex|currentpage|curpage|paged)=|/page/|_)(\d{1,5})(?=[.&/#]|$)", re.I
)
_MOST_LINKS = 400  # that are looked through for a page number


def next_page(page: Page, html: str, url: str, base: str, selector: str | None) -> tuple[str, ...]:
    """The address of the next page of a list on the same host, or nothing. Raises ReadError for a bad selector."""
    own = links.found(url).address
    for href in _candidates(page, html, url, selector):
        found = links.absolute(href, base)
        if found and _same_host(found, url) and links.found(found).address != own:
            return (found,)
    return ()


def _candidates(page: Page, html: str, url: str, selector: str | None) -> list[str]:
    """Addresses as they are written, the surest first. What the operator named is the only one asked."""
    if selector:
        return [href for href, _ in page.links(selector)][:1]
    shown = page.links()
    found = [page.attribute("link[rel~=next]", "href"), page.attribute("a[rel~=next]", "href")]
    found += [_scripted(html, url)]
    found += [href for href, words in shown if _says_next(words)]
    found += _numbered(shown, url)
    return [href for href in found if href and not href.lower().startswith("javascript:")]


def _says_next(words: str) -> bool:
    """Whether a link's text is one of the words for the next page, or nothing but one arrow."""
    text = "".join(words.split()).lower()
    bare = text.rstrip(_ARROWS)
    return bool(text) and bare in _NEXT_WORDS and (bool(bare) or len(text) == 1)


def _scripted(html: str, url: str) -> str:
    """The next page by the content system's own rule, empty at the last."""
    found = _SCRIPT.search(html)
    if found is None:
        return ""
    count, current = int(found[1]), int(found[2])
    return f"{found[3]}_{current + 1}.{found[4]}" if current + 1 < count else ""


def _numbered(shown: Sequence[tuple[str, str]], url: str) -> list[str]:
    """Links whose text is a number and whose address is numbered one higher than this page's own.

    index_1.html is the second page, `?page=1` the first: so what the text says is only asked of a list without a number.
    """
    own = _COUNTED.search(url)
    found = []
    for href, words in shown[:_MOST_LINKS]:
        number = _COUNTED.search(href)
        if number is None or not words.strip().isdecimal():
            continue
        if (int(number[1]) == int(own[1]) + 1) if own else words.strip() == "2":
            found.append(href)
    return found


def _same_host(one: str, other: str) -> bool:
    return urlsplit(one).netloc.lower() == urlsplit(other).netloc.lower()
