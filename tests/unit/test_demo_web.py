"""The demo's web: does it serve, publish and revalidate as an honest web does?"""

from __future__ import annotations

import io
import itertools
import smtplib
import zipfile
from asyncio import to_thread
from collections.abc import AsyncIterator
from email.message import EmailMessage
from html import escape
from typing import Any
from urllib.parse import urljoin

import aiohttp
import feedparser
import pypdfium2
import pytest
import yaml

from monitor.cli.demo.continuations import continuation
from monitor.cli.demo.documents import docx, pdf
from monitor.cli.demo.mailbox import Mail, Mailbox, Post, WebhookReceiver
from monitor.cli.demo.site import first_pieces, later_pieces
from monitor.cli.demo.watchlist import MAIL, WEBHOOK, watchlist
from monitor.cli.demo.web import Addresses, DemoWeb, Published

PREPARED = 15


@pytest.fixture
async def demo() -> AsyncIterator[tuple[DemoWeb, Addresses, aiohttp.ClientSession]]:
    """A started web, its addresses and a client."""
    site = DemoWeb()
    addresses = await site.start()
    async with aiohttp.ClientSession() as client:
        yield site, addresses, client
    await site.stop()


async def text_of(client: aiohttp.ClientSession, url: str) -> str:
    async with client.get(url) as answer:
        assert answer.status == 200, url
        return await answer.text()


async def test_every_source_answers_from_the_first_moment(demo: Any) -> None:
    _, addresses, client = demo
    assert "2026年度启明计划" in await text_of(client, addresses.notices)
    assert "Thousand Talents Plan" in await text_of(client, addresses.agency)
    for feed in (addresses.news, addresses.science, addresses.mirror):
        parsed = feedparser.parse(io.BytesIO((await text_of(client, feed)).encode()))
        assert not parsed.bozo and parsed.entries, feed


async def test_a_second_look_is_answered_with_304_until_something_appears(demo: Any) -> None:
    site, addresses, client = demo
    async with client.get(addresses.notices) as answer:
        etag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    async with client.get(addresses.notices, headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304 and await answer.read() == b""
    async with client.get(addresses.notices, headers={"If-Modified-Since": date}) as answer:
        assert answer.status == 304
    assert site.publish_next().place == "notices"
    async with client.get(addresses.notices, headers={"If-None-Match": etag, "If-Modified-Since": date}) as answer:
        assert answer.status == 200 and "2027年度QM" in await answer.text()


async def test_each_piece_is_read_where_it_says_it_stands(demo: Any) -> None:
    site, addresses, client = demo
    for _ in range(PREPARED + 6):
        published = site.publish_next()
        async with client.get(published.url) as answer:
            body = await answer.read()
        assert answer.status == 200, published
        if published.url.endswith(".html"):
            assert escape(published.title) in body.decode()
    assert "qiming-2027" in await text_of(client, addresses.notices)


async def test_a_revision_keeps_its_entry_and_changes_its_text(demo: Any) -> None:
    site, addresses, client = demo
    before = after = None
    for _ in range(PREPARED):
        published = site.publish_next()
        if published.key in {"huoju", "huoju-revised"}:
            parsed = feedparser.parse(io.BytesIO((await text_of(client, addresses.science)).encode()))
            entry = next(entry for entry in parsed.entries if entry.id.endswith(":huoju"))
            before, after = after, entry.description
    assert before is not None and after is not None
    assert "2026年12月20日" in before and "2027年1月31日" in after


async def test_the_attachments_hold_what_their_notices_do_not_name(demo: Any) -> None:
    site, _, client = demo
    found: dict[str, bytes] = {}
    for _ in range(PREPARED):
        published = site.publish_next()
        if published.url.endswith((".pdf", ".docx")):
            async with client.get(published.url) as answer:
                found[published.key] = await answer.read()
            page = await text_of(client, published.url.rsplit("/", 1)[0] + ".html")
            assert "鲲鹏" not in page and "千人" not in page
    assert "鲲鹏行动" in pdf_text(found["kunpeng-list"])
    assert "国家千人计划" in docx_text(found["ttp-measures"])


async def test_the_listing_leads_to_pages_and_these_to_their_attachments(demo: Any) -> None:
    site, addresses, client = demo
    while site.publish_next().key != "kunpeng-list":
        pass
    page = urljoin(addresses.notices, "/notices/art/kunpeng-list.html")
    assert "/notices/art/kunpeng-list.html" in await text_of(client, addresses.notices)
    assert "/notices/art/kunpeng-list/" in await text_of(client, page)


async def test_what_is_not_there_is_404_and_the_mirror_is_another_host(demo: Any) -> None:
    _, addresses, client = demo
    async with client.get(urljoin(addresses.notices, "/nothing")) as answer:
        assert answer.status == 404
    assert urljoin(addresses.mirror, "/") != urljoin(addresses.notices, "/")


def pdf_text(body: bytes) -> str:
    page = pypdfium2.PdfDocument(body)[0].get_textpage()
    return str(page.get_text_range())


def docx_text(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read("word/document.xml").decode()


def test_a_pdf_of_ours_gives_its_text_back() -> None:
    text = pdf("启明計畫 Qiming 2027", ["第一句话，第二句话。" * 9, "鯤鵬行動“名单”"])
    words = pdf_text(text).replace("\r\n", "")
    assert words == "启明計畫 Qiming 2027" + "第一句话，第二句话。" * 9 + "鯤鵬行動“名单”"


def test_equal_texts_give_equal_documents() -> None:
    assert docx("题目", ["<段落> & 更多"]) == docx("题目", ["<段落> & 更多"])
    assert "&lt;段落&gt; &amp; 更多" in docx_text(docx("题目", ["<段落> & 更多"]))


def test_every_piece_has_five_sentences_and_the_story_is_complete() -> None:
    pieces = [*first_pieces(), *(piece for piece, _ in zip(later_pieces(), range(PREPARED), strict=False))]
    for piece in pieces:
        sentences = sum(text.count("。") + text.count(". ") + text.endswith(".") for text in piece.paragraphs)
        assert sentences >= 5, piece.key
    novelties = {expectation.novelty for piece in pieces for expectation in piece.expects}
    assert novelties == {"new", "same", "revision", "story"}
    topics = {expectation.topic for piece in pieces for expectation in piece.expects if expectation.told}
    assert topics == {"qiming", "huoju", "kunpeng", "ttp"}
    assert {piece.language for piece in pieces} == {"en", "zh-Hans", "zh-Hant"}


def test_continuations_differ_from_their_neighbours() -> None:
    texts = [continuation(number) for number in range(60)]
    assert len({text.title for text in texts}) > 50
    calls = [text for text in texts if text.verdict == "alert"]
    for one, other in itertools.pairwise(calls):
        assert not set(one.paragraphs) & set(other.paragraphs)
    assert {text.topic for text in texts} == {"", "qiming", "kunpeng", "ttp", "huoju"}


def test_the_watchlist_names_all_sources_and_no_secret() -> None:
    addresses = Addresses("http://a/1", "http://a/2", "http://a/3", "http://a/4", "http://b/5")
    told = yaml.safe_load(watchlist(addresses))
    assert [set(source) & {"feed", "page", "listing"} for source in told["sources"]] == [
        {"listing"},
        {"feed"},
        {"feed"},
        {"page"},
        {"feed"},
    ]
    assert [channel["url"] for channel in told["channels"]] == [f"env:{MAIL}", f"env:{WEBHOOK}"]


async def test_the_mailbox_keeps_a_mail_and_tells_of_it() -> None:
    heard: list[Mail] = []
    mailbox = Mailbox(heard.append)
    address = await mailbox.start()
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "启明计划 alert", "a@demo.example", "b@demo.example"
    message["Message-ID"] = "<1@demo.example>"
    message.set_content("plain 启明")
    message.add_alternative("<p>rich</p>", subtype="html")
    port = int(address.split("127.0.0.1:")[1].split("?")[0])
    await to_thread(lambda: smtplib.SMTP("127.0.0.1", port).send_message(message))
    await mailbox.stop()
    assert mailbox.mails == heard
    mail = heard[0]
    assert (mail.subject, mail.message_id) == ("启明计划 alert", "<1@demo.example>")
    assert mail.text.strip() == "plain 启明" and "<p>rich</p>" in mail.html
    assert mail.recipients == ("b@demo.example",)


async def test_the_webhook_receiver_keeps_a_post_and_tells_of_it() -> None:
    heard: list[Post] = []
    receiver = WebhookReceiver(heard.append)
    url = (await receiver.start()).replace("json://", "http://")
    async with aiohttp.ClientSession() as client:
        for body in (b'{"subject": "x"}', b"not json"):
            async with client.post(url, data=body, headers={"Idempotency-Key": "k1"}) as answer:
                assert answer.status == 204
    await receiver.stop()
    assert [post.body for post in receiver.posts] == [{"subject": "x"}, None]
    assert heard[0].headers["idempotency-key"] == "k1"


async def test_what_was_published_is_told_with_what_it_should_bring() -> None:
    site = DemoWeb()
    await site.start()
    copy = next(found for found in iter(site.publish_next, None) if found.key == "qiming-2027-copy")
    await site.stop()
    assert isinstance(copy, Published) and not copy.expects[0].told
    assert [found.key for found in site.expected()][-1] == "qiming-2027-copy"
