"""Digests, heartbeats and weekly overviews: how many, was everything read, and what waits for me?"""

from __future__ import annotations

import email
import struct
import zlib
from dataclasses import replace
from datetime import timedelta
from email.headerregistry import Address
from email.policy import default

from monitor.domain.delivery import Draft, Form, MessageKind
from monitor.domain.overview import Overview, SourceTrouble, TopicCount
from monitor.domain.query import MuteView
from monitor.pipeline import compose
from monitor.pipeline.compose.chart import HEIGHT, SCALE, WIDTH, columns
from monitor.pipeline.compose.post import LIMITS
from tests.fakes.drafts import NOW, draft, hit

DAY = timedelta(days=1)
NOTE = (
    "example.org/log\n48213\nC+RP8RdjqpIg1cfhGPsE2S5oAAAAAAAAAAAAAAAAAAA=\n\n— example.org/log Az3grlgtzPICa5OS8np=\n"
)
SEEN = Overview(
    since=NOW - DAY,
    until=NOW,
    topics=(
        TopicCount("qiming", "Qiming Program (启明计划)", 2, 1, 2.8),
        TopicCount("ttp", "Thousand Talents", 0, 0, 1.9),
    ),
    days=(1, 0, 2, 5, 0, 0, 3, 1, 0, 8, 2, 1, 0, 5),
    reviews_waiting=8,
    waiting=(hit(8, verdict="review", title="老同学启明归国<script>", facts=(), kind="news", part=None),),
    sources=216,
    sources_read=213,
    failing=(
        SourceTrouble("old-portal", "tls: certificate expired", NOW - 3 * DAY),
        SourceTrouble("science", "http 503, call 13812345678", NOW - DAY),
        SourceTrouble("fresh", "not polled yet", None),
    ),
    messages=24,
    messages_delivered=22,
    given_up=1,
    muted=(MuteView("torch", "statistics", "lena", "season", NOW, NOW + DAY, 3),),
    log_head=NOTE,
)
SENDER, TO = Address("m", "m", "example.org"), Address("", "lena", "example.org")


def digest(*hits: object, kind: MessageKind = MessageKind.DIGEST, seen: Overview | None = SEEN) -> Draft:
    made = draft(*hits, kind=kind, overview=seen, console="https://c.example.org")  # type: ignore[arg-type]
    return made if hits else replace(made, tellings=())


def test_a_heartbeat_says_that_nothing_was_found_and_whether_everything_was_read() -> None:
    empty = digest()
    assert compose.subject(empty) == "0 new hits; 213 of 216 sources read; 2 failing"
    text = " ".join(compose.text(empty).split())
    assert "2 are failing, the longest since 21 Nov 2026, 07:31 UTC. 1 not polled yet." in text
    assert "22 of 24 messages of the last 24 hours arrived. 1 is waiting. 1 was given up." in text
    assert "8 reviews of the last 30 days wait for judgement." in text


WORDS = (
    "Qiming", "启明计划", "Thousand Talents", "2.8", "Waiting for judgement", "老同学启明归国", "old-portal", "fresh",
    "certificate expired", "torch from statistics", "season; 3 wait", "48213", NOTE.split("\n")[2],
)  # fmt: skip


def test_a_digest_has_a_table_by_programme_reviews_sources_silences_and_the_logs_head() -> None:
    made = digest(hit(1), hit(2))
    for shown in (" ".join(compose.text(made).split()), compose.html(made)):
        assert [word for word in WORDS if word not in shown] == []
        assert "13812345678" not in shown
    assert "<script>" not in compose.html(made)
    assert NOTE.strip() in compose.text(digest()), "the note can be cut out and verified"


def test_an_overview_counts_the_week_and_a_digest_what_it_brings() -> None:
    week = digest(kind=MessageKind.OVERVIEW, seen=replace(SEEN, since=NOW - 7 * DAY))
    assert compose.subject(week).startswith("The week: 2 alerts, 1 review; 213 of 216")
    assert "17 Nov 2026 to 24 Nov 2026" in " ".join(compose.text(week).split())
    assert compose.subject(digest(hit(1), hit(2, verdict="review"))).startswith("1 new alert, 1 to review: Qiming")
    again = digest(hit(3))
    told = replace(again, tellings=tuple(replace(one, form=Form.STORY) for one in again.tellings))
    assert compose.subject(told).startswith("1 further telling of known stories")


def test_the_chart_is_a_picture_in_the_mail_with_words_for_those_who_do_not_see_it() -> None:
    _, raw = compose.mail(digest(hit(1)), SENDER, TO)
    mail = email.message_from_bytes(raw, policy=default)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    name = picture["Content-ID"].strip("<>")
    page = next(part for part in mail.walk() if part.get_content_type() == "text/html").get_content()
    assert f'src="cid:{name}"' in page
    assert 'alt="Alerts a day over 14 days, today last: 1 0 2 5' in page
    assert "http" not in page.split("<img", 1)[1].split(">", 1)[0], "nothing is remote"
    assert picture.get_content() == columns(SEEN.days)
    assert raw == compose.mail(digest(hit(1)), SENDER, TO)[1]


def test_the_png_is_well_formed_and_its_columns_are_as_tall_as_the_numbers() -> None:
    content = columns((0, 5, 10))
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == (WIDTH * SCALE, HEIGHT * SCALE)
    at = content.index(b"IDAT")
    (length,) = struct.unpack(">I", content[at - 4 : at])
    rows = zlib.decompress(content[at + 4 : at + 4 + length])
    tall = [sum(rows[(width + 1) * y + 1 + x] == 1 for y in range(height)) for x in (10, width // 2, width - 60)]
    assert tall[0] == 0
    assert abs(tall[1] * 2 - tall[2]) <= SCALE
    assert len(content) < 2_000
    assert columns(()).startswith(b"\x89PNG")


def test_a_post_says_how_things_stand_within_the_limits_of_its_service() -> None:
    for schema, bound in LIMITS.items():
        for made in (digest(), digest(kind=MessageKind.OVERVIEW), digest(*(hit(n) for n in range(1, 60)))):
            title, body = compose.chat(made, schema)
            assert body, "no service takes an empty post"
            assert bound.holds(title + body), schema
    title, body = compose.chat(digest(), "slack")
    assert "213 of 216 sources were read" in body
    assert "failing: old-portal" in body
    assert NOTE.split("\n")[2] in body
    assert "• Qiming 启明计划: 2 alerts, 1 review" in compose.chat(digest(kind=MessageKind.OVERVIEW), "slack")[1]


def test_the_foot_says_why_one_is_told() -> None:
    made = draft(hit(), takes="topic qiming, at once")
    assert "on channel analysts, because it takes topic qiming, at once." in " ".join(compose.text(made).split())


def test_a_review_says_that_it_is_one() -> None:
    assert "to review, new" in compose.text(draft(hit(verdict="review")))
