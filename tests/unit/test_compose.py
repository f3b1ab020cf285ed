"""What a message says: to a reader of mail, of chat, and to a program."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.delivery import Draft, Form, MessageKind
from monitor.pipeline import compose
from monitor.pipeline.compose import words
from monitor.pipeline.compose.columns import WIDTH, width, wrap
from tests.fakes.drafts import FACTS, NOW, TITLE, draft, hit

CONSOLE = "https://console.example.org"


def flat(text: str) -> str:
    """A text without its line breaks, as a reader takes it in."""
    return re.sub(r"\s+", "", text)


def test_the_subject_says_programme_place_amount_and_deadline() -> None:
    assert compose.subject(draft()) == f"Qiming: call, Linlan, ¥3–5 m, until 20 Jan 2027 | {TITLE}"


def test_an_update_says_so_before_anything_else() -> None:
    assert compose.subject(draft(form=Form.UPDATED)).startswith("Qiming, updated: call, Linlan")


def test_without_facts_the_subject_says_the_kind() -> None:
    assert compose.subject(draft(hit(facts=()))) == f"Qiming: call | {TITLE}"


def test_a_first_reading_is_one_message_that_lists_every_hit() -> None:
    hits = [hit(number, title=f"通知第{number}号") for number in range(1, 13)]
    first = draft(*hits, form=Form.BASELINE, kind=MessageKind.BASELINE, source="linlan-notices")
    assert compose.subject(first) == "First reading of linlan-notices: 12 notices"
    for part in (compose.text(first), compose.html(first), compose.webhook(first)[1].decode("unicode_escape")):
        assert all(f"通知第{number}号" in part for number in range(1, 13))


def test_the_text_part_has_everything_a_reader_needs() -> None:
    changed = hit(
        changes=(("2026年12月31日前", "2027年1月20日前"),),
        also_at=("https://baita.example.org/7",),
        relation_reasons=("1 of 9 differs",),
    )
    told = compose.text(draft(changed, form=Form.UPDATED, console=CONSOLE))
    for words_ in (
        "QIMING PROGRAM 启明计划 | updated | policy document, call | Linlan,\nZhejiang",
        "was  2026年12月31日前",
        "now  2027年1月20日前",
        "Last day        20 Jan 2027, in 57 days",
        "Reward          ¥3,000,000–5,000,000, about $451–752 k",
        "US dollars      approx., ECB rates of 2026-10-30",
        "Start-up money  up to ¥8,000,000",
        "Who may apply   age up to 40, doctorate, 36 months abroad",
        "Document        澜人才办〔2026〕31号, 23 Nov 2026",
        "Also at: baita.example.org",
        "Found at: linlan-notices, 24 Nov 2026, 07:31 UTC",
        f"{CONSOLE}/hits/6204",
        "https://notices.linlan.example.org/art/31",
        "to lena@example.org on channel analysts",
    ):
        assert words_ in told
    assert "【QM（启明）计划】" in flat(told)
    assert "Why:The text has QM（启明）计划,with other characters inside".replace(" ", "") in flat(told)


def test_no_line_of_the_text_part_is_wider_than_its_columns() -> None:
    for line in compose.text(draft(hit(1), hit(2), console=CONSOLE)).splitlines():
        assert width(line) <= WIDTH


def test_the_html_part_marks_exactly_what_matched_and_loads_nothing() -> None:
    page = compose.html(draft(console=CONSOLE))
    assert re.findall(r'class="hl"[^>]*>([^<]*)<', page) == ["QM（启明）计划"]
    assert not re.search(r"<(img|script|iframe|link|object|form)\b", page)
    assert "@import" not in page
    assert "url(" not in page
    assert set(re.findall(r'href="([^"]*)"', page)) == {
        f"{CONSOLE}/hits/6204",
        f"{CONSOLE}/hits/6204#kept",
        "https://notices.linlan.example.org/art/31",
    }


def test_every_match_in_the_passage_is_marked_and_a_wrong_span_is_not() -> None:
    body = len(TITLE) + 1
    passage = hit().passage
    second = passage.index("人选推荐")
    right = {"verdict": "alert", "field": "text", "start": second, "end": second + 4, "text": "人选推荐"}
    wrong = {"verdict": "alert", "field": "text", "start": 3, "end": 7, "text": "别的文字"}
    page = compose.html(draft(hit(matches=(right, wrong), passage_start=body)))
    assert re.findall(r'class="hl"[^>]*>([^<]*)<', page) == ["QM（启明）计划", "人选推荐"]


def test_a_digest_is_sent_at_nothing_too() -> None:
    empty = replace(draft(), tellings=(), kind=MessageKind.DIGEST, body="214 of 216 sources read; 2 failing.")
    assert compose.subject(empty) == "0 new hits"
    assert "214 of 216 sources read" in compose.text(empty)
    assert "214 of 216 sources read" in compose.html(empty)


def test_a_digest_tells_new_alerts_from_further_tellings_of_known_stories() -> None:
    new, again = draft(hit(1), hit(2)).tellings, draft(hit(3), form=Form.STORY).tellings
    mixed = replace(draft(), tellings=(*new, *again), kind=MessageKind.DIGEST)
    assert compose.subject(mixed) == "2 new alerts, 1 further telling of known stories: Qiming"
    assert compose.subject(replace(mixed, tellings=again)) == "1 further telling of known stories: Qiming"


def test_a_hit_without_a_marked_place_is_told_all_the_same() -> None:
    told = draft(hit(text="", start=0, end=0, matches=(), term="", form=""))
    assert "No single place is marked; it is about Qiming Program" in compose.text(told)
    assert 'class="hl"' not in compose.html(told)


def test_a_notice_says_what_it_was_given() -> None:
    notice = Draft("n", MessageKind.NOTICE, "ops", "ops", NOW, subject="Channel a is broken", body="401\nsince 07:12")
    assert compose.subject(notice) == "Channel a is broken"
    assert "since 07:12" in compose.text(notice)
    assert compose.chat(notice, "slack") == ("Channel a is broken", "401\nsince 07:12")


def test_the_json_has_every_field_of_the_hit() -> None:
    subject, body = compose.webhook(draft(console=CONSOLE), {"team": "nine", "version": "mine"})
    told = json.loads(body)
    assert told["subject"] == subject
    assert (told["version"], told["team"]) == (1, "nine")
    assert told["tellings"][0]["hit"].keys() >= {"id", "topic", "facts", "matches", "passage", "ruleset", "url"}


@pytest.mark.parametrize(
    "schema", ["wecombot", "tgram", "discord", "slack", "workflows", "pover", "ntfy", "unheard-of"]
)
def test_a_post_stays_within_the_limit_of_its_service(schema: str) -> None:
    many = draft(*(hit(number, title="启明计划通知" * 40) for number in range(1, 60)), form=Form.NEW, console=CONSOLE)
    limit = compose.post.limit(schema)
    for one in (
        many,
        draft(hit(passage="启明" * 5_000)),
        replace(draft(), kind=MessageKind.NOTICE, tellings=(), body="长" * 90_000),
    ):
        title, body = compose.chat(one, schema)
        assert limit.holds(title + "\r\n" + body), (limit.measure(title + body), limit)


def test_what_does_not_fit_into_a_post_is_counted() -> None:
    many = draft(*(hit(number, title=f"启明计划通知 {number}") for number in range(1, 60)))
    _, body = compose.chat(many, "wecombot")
    told, left = body.count("•"), re.search(r"(\d+) more", body)
    assert left
    assert told + int(left[1]) == 59


@pytest.mark.parametrize(
    ("fact", "whole", "short"),
    [
        ({"low": 3e6, "high": 5e6, "currency": "CNY"}, "¥3,000,000–5,000,000", "¥3–5 m"),
        ({"low": None, "high": 8e5, "currency": "CNY"}, "up to ¥800,000", "up to ¥800 k"),
        ({"low": 2e8, "high": 2e8, "currency": "USD"}, "$200,000,000", "$200 m"),
        ({"low": 6000, "high": 6000, "currency": "EUR", "per": "month"}, "€6,000 a month", "€6,000 a month"),
        ({"low": 1.25e9, "high": None, "currency": "SEK"}, "from SEK 1,250,000,000", "from SEK 1.25 bn"),
        ({"low": None, "high": None, "currency": "CNY"}, "", ""),
    ],
)
def test_amounts_are_whole_in_facts_and_short_in_lines(fact: dict[str, object], whole: str, short: str) -> None:
    assert (words.money(fact), words.money_short(fact)) == (whole, short)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2027-01-20", "20 Jan 2027"),
        ("2025-03", "Mar 2025"),
        ("--03-31", "31 Mar"),
        ("soon", "soon"),
        ("2025-13", "2025-13"),
    ],
)
def test_days_are_said_as_far_as_they_are_known(written: str, said: str) -> None:
    assert words.day(written) == said


def test_facts_of_wrong_shape_do_not_stop_a_message() -> None:
    odd = (
        {"fact": "money", "low": "x", "high": None},
        {"fact": "deadline"},
        {"fact": "place"},
        {},
        {"fact": "age", "max": "40"},
    )
    assert TITLE in compose.subject(draft(hit(facts=odd)))
    assert compose.text(draft(hit(facts=(*FACTS, *odd))))


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("启明计划（）。，a b-c"), max_size=300))
def test_wrapping_loses_no_character_and_keeps_to_the_columns(text: str) -> None:
    lines = wrap(text, 20)
    assert flat("".join(lines)) == flat(text)


def test_the_reason_in_a_mail_is_in_words_without_the_points_of_an_auditor() -> None:
    reason = "gap form of QM计划 +0.70; context 人选推荐 1 characters after +0.20; 5 exclusions tried, none holds"
    told = flat(compose.text(draft(hit(reasons=(reason,)))))
    assert "“人选推荐”stands1characterafterit." in told
    assert "+0" not in told
    assert "exclusion" not in told


def test_a_passage_does_not_say_the_title_again_where_the_text_below_has_a_match() -> None:
    title = "QM（启明）计划申报通知"
    below = "现就QM（启明）计划人选推荐工作通知如下。"
    match = {"field": "text", "start": 2, "end": 10, "text": "QM（启明）计划", "verdict": "alert"}
    twice = hit(title=title, passage=f"{title}\n{below}", passage_start=0, start=0, end=8, matches=(match,))
    assert compose.text(draft(twice)).count("申报通知") == 1
    assert "【QM（启明）计划】人选推荐" in flat(compose.text(draft(twice)))
    alone = hit(title=title, passage=f"{title}\n现就有关工作通知如下。", passage_start=0, start=0, end=8)
    assert "【QM（启明）计划】申报通知" in flat(compose.text(draft(alone)))


def test_money_whose_purpose_is_not_told_is_shown_as_an_amount_and_at_most_twice() -> None:
    sums = tuple(
        {"fact": "money", "low": n * 1e6, "high": n * 1e6, "currency": "CNY", "role": "other", "text": f"{n}00万元"}
        for n in (1, 2, 3)
    )
    told = compose.text(draft(hit(facts=sums)))
    assert "Amount          ¥1,000,000" in told
    assert "¥2,000,000" in told
    assert "¥3,000,000" not in told
