"""What is kept of a judged text: spans that fit, passages that show the match, records that any database holds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.sql.rows import hit_row, split_text, text_row, unpack
from monitor.domain.document import Extracted, Prepared
from monitor.domain.hit import HitDraft, Match, Relation, Verdict
from monitor.pipeline.record import (
    AROUND,
    MOST_MATCHES,
    brings_news,
    clean,
    novelty_of,
    one_line,
    passage,
    stored_span,
    stored_text,
)
from tests.fakes.clock import START

ANY_TEXT = st.text(st.characters() | st.sampled_from(["\x00", "\ud800", "\udfff", "\u2028", "。", "\n"]), max_size=400)


def match(field: str, start: int, end: int) -> Match:
    """A match at this place."""
    return Match("qiming", "启明计划", "exact", field, start, end, "", Verdict.ALERT, 0.9, "as written")


def prepared(title: str, text: str, *hits: HitDraft) -> Prepared:
    """A text with these hits."""
    return Prepared(Extracted("p", "https://e.example.org/", title, text), "0" * 64, 1, hits=hits)


@given(ANY_TEXT, ANY_TEXT)
def test_cleaning_moves_no_span(title: str, text: str) -> None:
    assert len(clean(text)) == len(text)
    assert len(one_line(title)) == len(title)
    assert "\n" not in one_line(title)
    clean(text).encode("utf-8")


@given(ANY_TEXT, ANY_TEXT)
def test_what_is_stored_comes_back(title: str, text: str) -> None:
    row = text_row(prepared(title, text), START)
    assert split_text(unpack(row["content"])) == (one_line(title), clean(text))
    assert row["length"] == len(title) + 1 + len(text)


@given(ANY_TEXT, ANY_TEXT, st.data())
def test_a_span_of_title_or_text_is_the_same_words_in_the_stored_text_and_in_the_passage(
    title: str, text: str, data: st.DataObject
) -> None:
    field = data.draw(st.sampled_from(["title", "text"]))
    own = title if field == "title" else text
    start = data.draw(st.integers(0, len(own)))
    end = data.draw(st.integers(start, len(own)))
    full = stored_text(one_line(title), clean(text))
    low, high = stored_span(match(field, start, end), title)
    words = (one_line(own) if field == "title" else clean(own))[start:end]
    assert full[low:high] == words
    shown, begins = passage(full, low, high)
    assert full[begins : begins + len(shown)] == shown
    assert begins <= low
    assert begins + len(shown) >= high
    assert len(shown) <= (high - low) + 2 * AROUND


def test_a_passage_of_the_body_does_not_begin_with_the_title() -> None:
    full = stored_text("A title", "启明计划 starts")
    assert passage(full, 8, 12) == ("启明计划 starts", 8)


def test_a_passage_begins_and_ends_with_a_sentence_where_one_is_near() -> None:
    before, after = "前一句。", "后一句。"
    text = "远" * 300 + "。" + before + "本市启动启明计划" + "申报" * 30 + "。" + after
    full = stored_text("题", text)
    start = full.index("启明计划")
    shown, _ = passage(full, start, start + 4)
    assert shown.startswith("本市")
    assert shown.endswith("。")
    assert "远" not in shown


def test_a_hit_without_a_match_in_the_text_is_stored_all_the_same() -> None:
    """The term stands in the furniture of the page, or the matcher overran."""
    draft = HitDraft("qiming", Verdict.SUPPRESSED, (), ("page furniture",), 0.0)
    row = hit_row(draft, prepared("题", "正文", draft), {})
    assert (row["text"], row["term"], row["start"], row["end"]) == ("", "", 2, 2)
    assert json.loads(row["reasons"]) == ["page furniture"]


def test_matches_beyond_the_most_are_counted_in_words() -> None:
    matches = tuple(match("text", n, n + 1) for n in range(MOST_MATCHES + 50))
    draft = HitDraft("qiming", Verdict.ALERT, matches, ("as written",), 0.9, counted=7)
    row = hit_row(draft, prepared("题", "启" * 500, draft), {})
    assert len(json.loads(row["matches"])) == MOST_MATCHES
    assert json.loads(row["reasons"])[-1] == "57 further matches were counted, not listed"


MONEY = {"fact": "money", "currency": "CNY", "low": 1e6, "high": 2e6}
DEADLINE = {"fact": "deadline", "date": "2026-05-01"}


@pytest.mark.parametrize(
    ("topic", "facts", "news"),
    [
        ("qiming", [], False),
        ("qiming", [MONEY], False),
        ("qiming", [MONEY | {"text": "written another way"}], False),
        ("qiming", [MONEY | {"high": 3e6}], True),
        ("qiming", [DEADLINE], True),
        ("qiming", [{"fact": "age", "max": 40}], False),
        ("huoju", [], True),
    ],
)
def test_a_further_telling_is_news_with_another_topic_amount_or_deadline(
    topic: str, facts: list[dict[str, object]], news: bool
) -> None:
    assert brings_news(topic, facts, [("qiming", [MONEY]), ("qiming", [])]) is news


def test_distinct_texts_are_new() -> None:
    assert [novelty_of(relation) for relation in Relation] == ["same", "revision", "story", "new"]
