"""pages: how do the demo's pieces look as notice pages, lists and feeds?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from .site import Piece

LOCAL = timezone(timedelta(hours=8))
NAMES = {
    "notices": ("临澜市人才办", "zh-Hans"),
    "news": ("Dong'an Evening Post 东岸晚报", "en"),
    "science": ("临澜市科学技术局", "zh-Hans"),
    "agency": ("Alder & Finch Search", "en"),
    "mirror": ("白塔区资讯 白塔資訊", "zh-Hans"),
}


@dataclass(frozen=True, slots=True)
class Post:
    """A piece as it stands on the web: under which address, since when, last changed when."""

    piece: Piece
    path: str
    identity: str  # of the feed entry; stays when the text is revised
    published: datetime
    updated: datetime


def article(post: Post) -> str:
    """A page with one text: furniture around it, its attachment below it."""
    piece = post.piece
    name, _ = NAMES[piece.place]
    day = post.published.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
    words = "".join(f"<p>{escape(text)}</p>\n" for text in piece.paragraphs)
    source = f"来源：{escape(name)}　发布时间：{day}" if piece.language != "en" else f"{escape(name)}, {day}"
    return _page(
        piece.language,
        piece.title,
        name,
        f"<article>\n<h1>{escape(piece.title)}</h1>\n<p class='info'>{source}</p>\n"
        f"<div class='content'>\n{words}{_attached(post)}</div>\n</article>",
    )


def listing(posts: Sequence[Post]) -> str:
    """The list of notices, newest first."""
    rows = "".join(
        f"<li><a href='{post.path}'>{escape(post.piece.title)}</a>"
        f"<span>{post.published.astimezone(LOCAL):%Y-%m-%d}</span></li>\n"
        for post in posts
    )
    return _page("zh-Hans", "通知公告", NAMES["notices"][0], f"<h1>通知公告</h1>\n<ul class='list'>\n{rows}</ul>")


def rss(place: str, posts: Sequence[Post], base: str) -> str:
    """An RSS 2.0 feed with whole texts."""
    name, language = NAMES[place]
    items = "".join(
        f"<item><title>{escape(post.piece.title)}</title><link>{base}{post.path}</link>"
        f"<guid isPermaLink='false'>{escape(post.identity)}</guid><pubDate>{format_datetime(post.published)}</pubDate>"
        f"<description>{escape(_entry(post))}</description></item>\n"
        for post in posts
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<rss version='2.0'><channel><title>{escape(name)}</title>"
        f"<link>{base}/</link><description>{escape(name)}</description><language>{language}</language>\n"
        f"{items}</channel></rss>\n"
    )


def atom(place: str, posts: Sequence[Post], base: str, changed: datetime) -> str:
    """An Atom feed with whole texts."""
    name, _ = NAMES[place]
    entries = "".join(
        f"<entry xml:lang='{post.piece.language}'><title>{escape(post.piece.title)}</title>"
        f"<link href='{base}{post.path}'/><id>{escape(post.identity)}</id>"
        f"<published>{post.published.isoformat()}</published><updated>{post.updated.isoformat()}</updated>"
        f"<content type='html'>{escape(_entry(post))}</content></entry>\n"
        for post in posts
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom'>"
        f"<title>{escape(name)}</title><id>tag:demo.example,2026:{place}</id><link href='{base}/'/>"
        f"<updated>{changed.isoformat()}</updated>\n{entries}</feed>\n"
    )


def attachment_path(post: Post) -> str:
    """Where the attachment of a post stands, quoted for use in an address."""
    assert post.piece.attachment is not None
    return post.path.removesuffix(".html") + "/" + quote(post.piece.attachment.name)


def _entry(post: Post) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in post.piece.paragraphs)


def _attached(post: Post) -> str:
    if post.piece.attachment is None:
        return ""
    name = escape(post.piece.attachment.name)
    return f"<p>附件：<a href='{attachment_path(post)}'>{name}</a></p>\n"


def _page(language: str, title: str, site: str, main: str) -> str:
    """The frame: a menu above, a footer below, as such sites have them."""
    chinese = language != "en"
    menu = ("首页", "机构概况", "政务公开", "办事指南") if chinese else ("Home", "About us", "Archive", "Contact")
    foot = "主办单位地址：新区一路1号　网站标识码 0000000000" if chinese else "1 New Quay Road. All rights reserved."
    links = "".join(f"<li><a href='/#{number}'>{name}</a></li>" for number, name in enumerate(menu))
    return (
        f"<!doctype html>\n<html lang='{language}'><head><meta charset='utf-8'><title>{escape(title)} - {escape(site)}"
        f"</title></head>\n<body>\n<nav><ul>{links}</ul></nav>\n<main>\n{main}\n</main>\n<footer><p>{foot}</p></footer>\n"
        "</body></html>\n"
    )
